/**
 * A reverse proxy before one MCP server. Guarantees: only whoever knows the token in its path gets through, no page of a
 * foreign origin does; of a request only `Host` is changed, of an answer nothing; every piece is handed on as it comes;
 * who leaves on one side is gone on the other at once. It listens on loopback only.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { isLocalOrigin } from '../serve/local-origin.ts'
import type { ExchangeRecorder, RecordedExchange } from './exchange-recorder.ts'

export interface HttpProxyOptions {
  readonly target: URL
  /** 0 lets the system choose. */
  readonly port: number
  readonly recorder: ExchangeRecorder
}

export interface HttpProxy {
  /** What the client is given in place of the server's URL; it holds the token. */
  readonly url: string
  close(): Promise<void>
}

/** Rejects with what the system says when the port is not to be had. */
export async function startHttpProxy({ target, port, recorder }: HttpProxyOptions): Promise<HttpProxy> {
  const token = randomBytes(24).toString('base64url')
  const server = createServer((request, response) => {
    const path = pathWithin(request.url ?? '', token)
    if (path === undefined) refuse(response, 404, 'there is nothing here')
    else if (request.headers.origin !== undefined && !isLocalOrigin(request.headers.origin)) {
      refuse(response, 403, 'pages of other origins may not speak with this server')
    } else pass(request, response, target, path, recorder.begin(request.method ?? 'GET', request.headers))
  })
  // A stream of events stays open as long as the server likes.
  server.requestTimeout = 0
  await listen(server, port)
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${own}/${token}${target.pathname}${target.search}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The path on the server behind `/TOKEN`; `undefined` for whoever does not know the token. */
function pathWithin(url: string, token: string): string | undefined {
  const end = url.slice(1).search(/[/?]/)
  const given = end < 0 ? url.slice(1) : url.slice(1, end + 1)
  if (!timingSafeEqual(digest(given), digest(token))) return undefined
  const rest = url.slice(1 + given.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
  path: string,
  exchange: RecordedExchange,
): void {
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest
  const upstream = send({
    protocol: target.protocol,
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port === '' ? undefined : Number(target.port),
    method: request.method,
    path,
    headers: withHost(request.rawHeaders, target.host),
    setHost: false,
    agent: false,
  })
  let finished = false
  upstream.once('response', (answer) => {
    response.sendDate = false
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
    response.flushHeaders()
    const copy = exchange.respond(answer.statusCode ?? 0, answer.headers)
    answer.on('data', (chunk: Buffer) => {
      if (!response.write(chunk)) {
        answer.pause()
        response.once('drain', () => answer.resume())
      }
      copy.push(chunk)
    })
    answer.once('end', () => {
      finished = true
      response.end()
      copy.end()
    })
    answer.once('close', () => {
      if (finished || response.destroyed) return
      finished = true
      exchange.upstreamFailed('the server broke off its answer')
      response.destroy()
    })
    answer.on('error', () => undefined)
  })
  upstream.on('error', (error) => {
    if (finished || response.destroyed) return
    finished = true
    exchange.upstreamFailed(error.message)
    if (response.headersSent) response.destroy()
    else refuse(response, 502, `the server cannot be reached: ${error.message}`)
  })
  response.once('close', () => {
    if (finished) return
    finished = true
    exchange.clientLeft()
    upstream.destroy()
  })
  request.on('data', (chunk: Buffer) => {
    if (!upstream.write(chunk)) {
      request.pause()
      upstream.once('drain', () => request.resume())
    }
    exchange.requestPart(chunk)
  })
  request.once('end', () => {
    // Told first: the answer must not stand before its question.
    exchange.requestEnd()
    upstream.end()
  })
  request.on('error', () => undefined)
}

/** Raw headers in their order and their spelling, with the server's own host. */
function withHost(raw: readonly string[], host: string): string[] {
  return raw.map((text, index) => (index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'host' ? host : text))
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' })
  response.end(`${text}\n`)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}
