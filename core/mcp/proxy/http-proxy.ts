/**
 * A reverse proxy before one MCP server. Guarantees: only whoever knows the token in its path gets through, no page of a
 * foreign origin does; of a request only `Host` is changed, of an answer nothing; every piece is handed on as it comes;
 * who leaves on one side is gone on the other at once. It listens on loopback only.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { listenOnLoopback } from '../../system/listen.ts'
import { isLocalOrigin } from '../../system/local-origin.ts'
import { passExchange } from './http-exchange.ts'
import type { HttpWatch } from './http-watch.ts'
import { PairedConnections } from './upstream.ts'

export interface HttpProxyOptions {
  readonly target: URL
  /** 0 lets the system choose. */
  readonly port: number
  readonly watch: HttpWatch
}

export interface HttpProxy {
  /** What the client is given in place of the server's URL; it holds the token. */
  readonly url: string
  close(): Promise<void>
}

/** Rejects with what the system says when the port is not to be had. */
export async function startHttpProxy({ target, port, watch }: HttpProxyOptions): Promise<HttpProxy> {
  const token = randomBytes(24).toString('base64url')
  const connections = new PairedConnections(target)
  const server = createServer((request, response) => {
    const path = pathWithin(request.url ?? '', token)
    if (path === undefined) refuse(response, 404, 'there is nothing here')
    else if (request.headers.origin !== undefined && !isLocalOrigin(request.headers.origin)) {
      refuse(response, 403, 'pages of other origins may not speak with this server')
    } else passExchange({ request, response, target, path, watch, connections })
  })
  // A stream of events stays open as long as the server likes.
  server.requestTimeout = 0
  // How long a connection may be idle is for the server behind it to say.
  server.keepAliveTimeout = 0
  const own = await listenOnLoopback(server, port)
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

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' })
  response.end(`${text}\n`)
}
