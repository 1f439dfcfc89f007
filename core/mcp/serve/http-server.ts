/**
 * A server on Streamable HTTP, on 127.0.0.1 only, for both wires at one address. Requests whose `Host` or `Origin` is not
 * local get 403 (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports).
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { modernEra } from '../eras/modern.ts'
import { type RpcMessage, type RpcRequest, readRpcText } from '../wire/rpc-message.ts'
import type { ClientConnection } from './client-connection.ts'
import type { Headers, Outlet } from './exchange.ts'
import { responseOutlet, streamOutlet } from './http-outlet.ts'
import { isLocalHost, isLocalOrigin } from './local-origin.ts'
import type { McpServer } from './mcp-server.ts'

const address = '127.0.0.1'
const path = '/mcp'
const longestBody = 16 * 1024 * 1024
const maxSessions = 1000

export interface HttpServing {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/**
 * @param port 0 takes a free one.
 * Rejects with Node's own error when the port cannot be listened on.
 */
export async function serveHttp(server: McpServer, port: number): Promise<HttpServing> {
  const sessions = new Map<string, HttpSession>()
  const http = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 500, -32603, error instanceof Error ? error.message : String(error))
      else response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, address, () => {
      http.off('error', reject)
      resolve()
    })
  })
  const listening = (http.address() as AddressInfo).port

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLocalHost(request.headers.host, listening) || !isLocalOrigin(request.headers.origin)) {
      refuse(response, 403, -32600, 'only pages and programs of this machine may speak here')
    } else if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) {
      refuse(response, 404, -32600, `MCP is served at ${path}`)
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
      refuse(response, 405, -32600, 'only POST is known here')
    }
  }

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const type = request.headers['content-type'] ?? ''
    if (!/^application\/json\b/i.test(type)) {
      refuse(response, 415, -32600, 'a message is application/json')
      return
    }
    const body = await readBody(request)
    if (body === undefined) {
      refuse(response, 413, -32600, `a message holds at most ${longestBody} bytes`)
      return
    }
    const reading = readRpcText(body)
    const [message] = reading.ok ? reading.messages : []
    if (!reading.ok || message === undefined || reading.messages.length > 1) {
      refuse(response, 400, reading.ok ? -32600 : -32700, reading.ok ? 'one message at a time' : reading.why)
      return
    }
    const headers = headersOf(request)
    if (isModern(message, headers)) stateless(message, response, headers)
    else if (message.kind === 'request' && message.method === 'initialize') begin(message, response, headers)
    else {
      const session = sessionOf(request, response)
      session?.receive(message, response, headers)
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
    connection.receive(message, responseOutlet(response, message.id), headers)
  }

  function begin(message: RpcRequest, response: ServerResponse, headers: Headers): void {
    if (!server.eras.includes('legacy')) {
      stateless(message, response, headers)
      return
    }
    // Few clients end their session. The one that has been silent for longest makes room.
    if (sessions.size >= maxSessions) for (const oldest of [...sessions.values()].slice(0, 1)) oldest.close()
    const id = randomUUID()
    const session = new HttpSession(server, () => sessions.delete(id))
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
    if (id === undefined) refuse(response, 400, -32600, 'Mcp-Session-Id is missing')
    else refuse(response, 404, -32600, 'there is no such session')
    return undefined
  }

  return {
    port: listening,
    url: `http://${address}:${listening}${path}`,
    async close() {
      server.close()
      await new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      })
    },
  }
}

const nowhere: Outlet = {
  send: () => undefined,
  onClose: () => () => undefined,
}

/** A legacy session: several requests, and one stream for what belongs to none of them. */
class HttpSession {
  readonly #connection: ClientConnection
  readonly #ended: () => void
  #stream: Outlet | undefined
  #response: ServerResponse | undefined

  constructor(server: McpServer, ended: () => void) {
    this.#ended = ended
    // Without a stream nobody hears it: status notifications are a convenience, nobody may rely on them.
    this.#connection = server.connect({
      send: (message, status) => this.#stream?.send(message, status),
      onClose: () => () => undefined,
    })
  }

  receive(message: RpcMessage, response: ServerResponse, headers: Headers): void {
    if (message.kind === 'request') {
      this.#connection.receive(message, responseOutlet(response, message.id), headers)
      return
    }
    this.#connection.receive(message, nowhere, headers)
    response.writeHead(202).end()
  }

  listen(response: ServerResponse): void {
    if (this.#stream !== undefined) {
      refuse(response, 409, -32600, 'the session has a stream already')
      return
    }
    this.#response = response
    this.#stream = streamOutlet(response)
    response.once('close', () => {
      this.#stream = undefined
    })
  }

  close(): void {
    this.#connection.close()
    this.#response?.end()
    this.#ended()
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

/** What could not be related to a request is answered without an id. */
function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }))
}
