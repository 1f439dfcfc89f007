/**
 * Requests to the server behind an HTTP proxy. Guarantees: each connection of a client has one of its own to the server,
 * made with its first request and kept as long; when one of the two ends, so does the other. So a server behind TLS shakes
 * hands once for each client, not once for each request, and how long an idle connection lasts is still the server's word.
 */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'

export interface UpstreamRequest {
  readonly method: string | undefined
  readonly path: string
  /** Names and values, or both in turn as they came. */
  readonly headers: Readonly<Record<string, string>> | readonly string[]
}

/** @param agent who keeps the connection; without one the request has a connection that ends with it */
export function openUpstream(target: URL, request: UpstreamRequest, agent?: HttpAgent): ClientRequest {
  const { method, path, headers } = request
  const send = isSecure(target) ? httpsRequest : httpRequest
  return send({
    protocol: target.protocol,
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port === '' ? undefined : Number(target.port),
    method,
    path,
    headers: isList(headers) ? [...headers] : { ...headers },
    setHost: false,
    agent: agent ?? false,
  })
}

/** The connections of a proxy's clients, each with the one that it has to the server. */
export class PairedConnections {
  readonly #target: URL
  readonly #pairs = new WeakMap<Socket, Pair>()

  constructor(target: URL) {
    this.#target = target
  }

  /** A request on the connection that belongs to the client's; `over` is to be called when its exchange has ended. */
  open(client: Socket, request: UpstreamRequest): { readonly upstream: ClientRequest; readonly over: () => void } {
    const pair = this.#pairOf(client)
    pair.exchanges += 1
    const upstream = openUpstream(this.#target, request, pair.agent)
    upstream.once('socket', (server: Socket) => {
      if (pair.known.has(server)) return
      pair.known.add(server)
      server.once('close', () => {
        // In the middle of an exchange it is the exchange that tells the client.
        if (pair.exchanges === 0) client.end()
      })
    })
    return {
      upstream,
      over: () => {
        pair.exchanges -= 1
      },
    }
  }

  #pairOf(client: Socket): Pair {
    const known = this.#pairs.get(client)
    if (known !== undefined) return known
    // A client may send its next request before the answer has come: it waits, as it would at the server.
    const options = { keepAlive: true, maxSockets: 1 }
    const agent = isSecure(this.#target) ? new HttpsAgent(options) : new HttpAgent(options)
    const pair = { agent, exchanges: 0, known: new WeakSet<Socket>() }
    this.#pairs.set(client, pair)
    client.once('close', () => agent.destroy())
    return pair
  }
}

interface Pair {
  readonly agent: HttpAgent
  /** Exchanges that are under way. */
  exchanges: number
  readonly known: WeakSet<Socket>
}

function isSecure(target: URL): boolean {
  return target.protocol === 'https:'
}

function isList(headers: UpstreamRequest['headers']): headers is readonly string[] {
  return Array.isArray(headers)
}
