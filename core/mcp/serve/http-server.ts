/**
 * A server on Streamable HTTP, on 127.0.0.1 only, for both wires at one address. Requests whose `Host` or `Origin` is not
 * local get 403 (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports).
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Timers } from '../../model/clock.ts'
import { listenOnLoopback } from '../../system/listen.ts'
import { isLocalHost, isLocalOrigin } from '../../system/local-origin.ts'
import { systemTimers } from '../../system/system-clock.ts'
import { modernEra } from '../eras/modern.ts'
import { type RpcMessage, type RpcRequest, readRpcText } from '../wire/rpc-message.ts'
import { internalError } from './call-answer.ts'
import type { Headers } from './exchange.ts'
import { invalidRequest, refuseHttp, responseOutlet } from './http-outlet.ts'
import { HttpSession, nowhere } from './http-session.ts'
import { isLegacyVersion } from './legacy-session.ts'
import type { McpServer } from './mcp-server.ts'

const parseError = -32700
const path = '/mcp'
const longestBody = 16 * 1024 * 1024
const maxSessions = 1000
/** What is being said when it closes is let out, but nobody is waited for. Milliseconds. */
const farewellMs = 500

export interface HttpServing {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/**
 * Begins to listen.
 * @param port 0 takes a free one.
 * Rejects with Node's own error when the port cannot be listened on.
 */
export async function serveHttp(server: McpServer, port: number, timers: Timers = systemTimers): Promise<HttpServing> {
  const sessions = new Map<string, HttpSession>()
  const http = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent)
        refuseHttp(response, 500, internalError, error instanceof Error ? error.message : String(error))
      else response.destroy()
    })
  })
  const listening = await listenOnLoopback(http, port)

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLocalHost(request.headers.host, listening) || !isLocalOrigin(request.headers.origin)) {
      refuseHttp(response, 403, invalidRequest, 'only pages and programs of this machine may speak here')
    } else if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) {
      refuseHttp(response, 404, invalidRequest, `MCP is served at ${path}`)
    } else if (request.method === 'POST') await post(request, response)
    else if (server.eras.includes('legacy') && (request.method === 'GET' || request.method === 'DELETE')) {
      const session = sessionOf(request, response)
      if (session === undefined) return
      if (request.method === 'GET') session.listen(response)
      else {
        session.close()
        response.writeHead(200).end()
      }
    } else {
      response.setHeader('allow', 'POST')
      refuseHttp(response, 405, invalidRequest, 'only POST is known here')
    }
  }

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const type = request.headers['content-type'] ?? ''
    if (!/^application\/json\b/i.test(type)) {
      refuseHttp(response, 415, invalidRequest, 'a message is application/json')
      return
    }
    const body = await readBody(request)
    if (body === undefined) {
      refuseHttp(response, 413, invalidRequest, `a message holds at most ${longestBody} bytes`)
      return
    }
    const reading = readRpcText(body)
    const [message] = reading.ok ? reading.messages : []
    if (!reading.ok || message === undefined || reading.messages.length > 1) {
      refuseHttp(
        response,
        400,
        reading.ok ? invalidRequest : parseError,
        reading.ok ? 'one message at a time' : reading.why,
      )
      return
    }
    const headers = headersOf(request)
    if (isModern(message, headers)) stateless(message, response, headers)
    else if (message.kind === 'request' && message.method === 'initialize') begin(message, response, headers)
    else {
      const version = headers.get('mcp-protocol-version')
      if (version !== undefined && !isLegacyVersion(version)) {
        refuseHttp(response, 400, invalidRequest, `the protocol version ${version} is not spoken here`)
        return
      }
      sessionOf(request, response)?.receive(message, response, headers)
    }
  }

  /** Nothing but the request itself belongs to a modern one, so its connection ends with it. */
  function stateless(message: RpcMessage, response: ServerResponse, headers: Headers): void {
    if (message.kind !== 'request') {
      response.writeHead(202).end()
      return
    }
    const connection = server.connect(nowhere)
    response.once('close', () => connection.close())
    connection.receive(message, responseOutlet(response, message.id, timers), headers)
  }

  function begin(message: RpcRequest, response: ServerResponse, headers: Headers): void {
    if (!server.eras.includes('legacy')) {
      stateless(message, response, headers)
      return
    }
    // Few clients end their session. The one that has been silent for longest makes room.
    if (sessions.size >= maxSessions) for (const oldest of [...sessions.values()].slice(0, 1)) oldest.close()
    const id = randomUUID()
    const session = new HttpSession(server, timers, () => sessions.delete(id))
    sessions.set(id, session)
    response.setHeader('mcp-session-id', id)
    session.receive(message, response, headers)
  }

  function sessionOf(request: IncomingMessage, response: ServerResponse): HttpSession | undefined {
    const id = request.headers['mcp-session-id']
    const session = typeof id === 'string' ? sessions.get(id) : undefined
    if (typeof id === 'string' && session !== undefined) {
      // Kept in the order of their last use.
      sessions.delete(id)
      sessions.set(id, session)
      return session
    }
    if (id === undefined) refuseHttp(response, 400, invalidRequest, 'Mcp-Session-Id is missing')
    else refuseHttp(response, 404, invalidRequest, 'there is no such session')
    return undefined
  }

  return {
    port: listening,
    url: `http://127.0.0.1:${listening}${path}`,
    async close() {
      server.close()
      await new Promise<void>((resolve) => {
        const stop = timers.after(farewellMs, () => http.closeAllConnections())
        http.close(() => {
          stop()
          resolve()
        })
        http.closeIdleConnections()
      })
    },
  }
}

function isModern(message: RpcMessage, headers: Headers): boolean {
  return modernEra.speaks(message) || headers.get('mcp-protocol-version') === modernEra.protocolVersion
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value)
  return headers
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longestBody) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
