/**
 * Streamable HTTP, as both revisions speak it: each message is a POST, answered with JSON or a stream of events.
 * On the legacy wire (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports) it keeps the session,
 * one GET stream for what belongs to no request, and takes up broken streams after their last event. On the modern wire
 * (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports) there is nothing but POSTs; closing the
 * answer to one cancels it. Which wire a message is of, it says itself. The person's headers are sent and never told.
 */
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { ServerAddress } from '../../model/server-target.ts'
import { readMetaVersion } from '../eras/modern.ts'
import { modernHeaders } from '../eras/modern-headers.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import { type OutgoingMessage, type RpcId, writeRpcText } from '../wire/rpc-message.ts'
import { HttpAnswers, type HttpExchange, type Take } from './http-answers.ts'
import { failureText } from './http-body.ts'
import type { Authorizer } from './oauth/authorizer.ts'
import type { ServerExit } from './server-process.ts'
import type { RequestHead, ServerWire, WireListeners } from './server-wire.ts'

export interface HttpWireOptions {
  readonly address: ServerAddress
  readonly timers: Timers
  /** How long the end of a session is waited for, milliseconds. */
  readonly graceMs: number
  /** Before a stream that ended is opened anew, milliseconds; a server may name its own time. */
  readonly reopenMs: number
  readonly listeners: WireListeners
  /** Gives the next number of an exchange. */
  readonly nextExchange: () => number
  /** Gets the right to speak to the server, where the person gave no header for that. */
  readonly authorizer?: Authorizer | undefined
}

/** How often a broken answer is taken up again without anything new in it. */
const maxResumes = 5

export function openHttpWire(options: HttpWireOptions): ServerWire {
  return new HttpWire(options)
}

class HttpWire implements ServerWire {
  readonly transport = 'http'
  readonly pid = undefined
  readonly exited: Promise<ServerExit>
  readonly #options: HttpWireOptions
  readonly #answers: HttpAnswers
  readonly #open = new Map<RpcId, AbortController>()
  readonly #modern = new Set<RpcId>()
  readonly #pauses = new Set<Dispose>()
  readonly #everything = new AbortController()
  #tellExit: (exit: ServerExit) => void = () => undefined
  #over = false
  #session: string | undefined
  #version: string | undefined
  /** The session is complete; what is sent in it waits for that. */
  #begun: Promise<void> = Promise.resolve()
  #began = false
  /** Whether the stream for what belongs to no request is open, or about to be. */
  #listening = false

  constructor(options: HttpWireOptions) {
    this.#options = options
    const { listeners, authorizer } = options
    this.#answers = new HttpAnswers({
      told: {
        side: (kind, fields) => this.#side(kind, fields),
        garbage: (line, why) => {
          if (!this.#over) listeners.garbage(line, why)
        },
      },
      refusedText: `the server wants to know who asks${authorizer === undefined ? '; give it a header Authorization' : ''}`,
    })
    this.exited = new Promise((resolve) => {
      this.#tellExit = resolve
    })
  }

  head(message: OutgoingMessage): RequestHead {
    const headers = { ...(isModern(message) ? modernHeaders(message) : this.#sessionHeaders()), ...bodyHeaders }
    return { method: 'POST', headers, n: this.#options.nextExchange() }
  }

  send(message: OutgoingMessage, { n } = this.head(message)): void {
    if (this.#over) return
    if ('method' in message && message.method === 'notifications/initialized') {
      this.#begun = this.#post(message, n).then(() => {
        this.#began = true
        void this.#listen()
      })
    } else void this.#begun.then(() => this.#post(message, n))
  }

  abandon(id: RpcId): boolean {
    if (!this.#modern.has(id)) return false
    this.#open.get(id)?.abort()
    return true
  }

  agreed(protocolVersion: string): void {
    this.#version = protocolVersion
  }

  authorized(): void {
    if (this.#began && !this.#listening) void this.#listen()
  }

  async stop(): Promise<ServerExit> {
    if (this.#over) return this.exited
    const session = this.#session
    this.#hangUp()
    if (session !== undefined) await this.#farewell(session)
    const exit = { reason: 'The connection was closed' }
    this.#tell(exit)
    return exit
  }

  /** There is no process to kill: it hangs up. */
  kill(): Promise<ServerExit> {
    return this.stop()
  }

  freeze(): void {}

  /** Nothing more is sent or taken. */
  #hangUp(): void {
    this.#over = true
    this.#everything.abort()
    for (const abort of this.#open.values()) abort.abort()
    for (const wake of [...this.#pauses]) wake()
  }

  #tell(exit: ServerExit): void {
    this.#options.listeners.exit(exit)
    this.#tellExit(exit)
  }

  #side(kind: string, fields: JsonRecord): void {
    if (!this.#over) this.#options.listeners.side(kind, { transport: 'http', ...fields })
  }

  async #farewell(session: string): Promise<void> {
    const { timers, graceMs, listeners, nextExchange } = this.#options
    const abort = new AbortController()
    const stopWaiting = timers.after(graceMs, () => abort.abort())
    const headers = { ...this.#sessionHeaders(), 'mcp-session-id': session }
    const n = nextExchange()
    listeners.side('http-delete', { transport: 'http', dir: 'c2s', http: { method: 'DELETE', headers, n } })
    try {
      const response = await this.#authorized({ method: 'DELETE', headers, signal: abort.signal })
      listeners.side('http-response', { transport: 'http', http: { status: response.status, n } })
      await response.body?.cancel()
    } catch {
      // The server may be gone, or not care: the session is over for us either way.
    } finally {
      stopWaiting()
    }
  }

  async #post(message: OutgoingMessage, n: number): Promise<void> {
    const id = 'id' in message && 'method' in message ? message.id : undefined
    const modern = isModern(message)
    const abort = new AbortController()
    if (this.#over) return
    if (id !== undefined) this.#open.set(id, abort)
    if (id !== undefined && modern) this.#modern.add(id)
    let failure: string | undefined
    let answered = id === undefined
    const exchange = this.#exchange(n, id, (got, text, http) => {
      if ((got.kind === 'result' || got.kind === 'error') && got.id === id) answered = true
      if (!this.#over) this.#options.listeners.message(got, text, http)
    })
    const { place } = exchange
    try {
      const response = await this.#authorized({
        method: 'POST',
        headers: { ...(modern ? modernHeaders(message) : this.#sessionHeaders()), ...bodyHeaders },
        body: writeRpcText(message),
        signal: abort.signal,
      })
      if (modern || this.#sessionIs(response)) failure = await this.#answers.read(response, exchange)
      for (let resumes = 0; !answered && !modern && !this.#over && failure === undefined; resumes += 1) {
        if (place.lastEventId === undefined || resumes === maxResumes) break
        await this.#pause(place.retryMs)
        await this.#resume(exchange, abort.signal)
      }
    } catch (error) {
      failure = failureText(error)
    }
    if (id === undefined) return
    this.#open.delete(id)
    this.#modern.delete(id)
    if (answered || this.#over || abort.signal.aborted) return
    this.#options.listeners.undelivered(id, failure ?? 'the answer broke off')
  }

  #exchange(n: number, id: RpcId | undefined, take: Take): HttpExchange {
    return { n, id, take, place: { retryMs: this.#options.reopenMs } }
  }

  /** Sends with the right to do so, once more when that has to be renewed. */
  async #authorized(init: RequestInit & { readonly headers: Record<string, string> }): Promise<Response> {
    const { authorizer, address, listeners } = this.#options
    const send = (authorization: string | undefined) => {
      const headers = { ...address.headers, ...init.headers, ...(authorization === undefined ? {} : { authorization }) }
      return fetch(address.url, { ...init, headers, redirect: 'manual' })
    }
    const first = authorizer?.header()
    const response = await send(first)
    if (authorizer === undefined) return response
    if (response.status === 403 && (await authorizer.lacksScope(response))) listeners.unauthorized('scope')
    if (response.status !== 401) return response
    if (!(await authorizer.refused(response, first))) {
      listeners.unauthorized()
      return response
    }
    await response.body?.cancel()
    const again = await send(authorizer.header())
    if (again.status === 401) listeners.unauthorized()
    return again
  }

  /** Learns the session from a response. @returns whether there still is one */
  #sessionIs(response: Response): boolean {
    this.#session = response.headers.get('mcp-session-id') ?? this.#session
    if (response.status !== 404 || this.#session === undefined) return true
    this.#session = undefined
    void response.body?.cancel()
    if (!this.#over) {
      this.#hangUp()
      this.#tell({ reason: 'The server no longer knows the session' })
    }
    return false
  }

  /** Takes up a stream after its last event. @returns whether there is a stream to take up */
  async #resume(exchange: HttpExchange, signal: AbortSignal): Promise<boolean> {
    const last = exchange.place.lastEventId
    const n = this.#options.nextExchange()
    const headers = {
      ...this.#sessionHeaders(),
      accept: 'text/event-stream',
      ...(last === undefined ? {} : { 'last-event-id': last }),
    }
    this.#side('http-get', { dir: 'c2s', http: { method: 'GET', headers, n } })
    const response = await this.#authorized({ headers, signal })
    if (!this.#sessionIs(response)) return false
    if (response.ok) await this.#answers.stream(response, { ...exchange, n })
    else await this.#answers.drop(response, n)
    // 405: it offers no stream. Anything else may pass.
    return response.ok || response.status >= 500
  }

  /** The stream for what belongs to no request, for as long as the connection lives. */
  async #listen(): Promise<void> {
    const exchange = this.#exchange(0, undefined, (message, text, http) => {
      if (!this.#over) this.#options.listeners.message(message, text, http)
    })
    const { signal } = this.#everything
    let again = true
    this.#listening = true
    while (again && !this.#over) {
      try {
        again = await this.#resume(exchange, signal)
      } catch {
        // A broken stream is opened anew; that the server is gone, the next request tells.
      }
      if (again) await this.#pause(exchange.place.retryMs)
    }
    this.#listening = false
  }

  #pause(ms: number): Promise<void> {
    if (this.#over) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        stop()
        this.#pauses.delete(wake)
        resolve()
      }
      const stop = this.#options.timers.after(ms, wake)
      this.#pauses.add(wake)
    })
  }

  /** What ties a message of the legacy wire to its session. */
  #sessionHeaders(): Record<string, string> {
    return {
      ...(this.#session === undefined ? {} : { 'mcp-session-id': this.#session }),
      ...(this.#version === undefined ? {} : { 'mcp-protocol-version': this.#version }),
    }
  }
}

const bodyHeaders = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** Whether a message says that it is of the modern wire; what answers a server is of the legacy one. */
function isModern(message: OutgoingMessage): boolean {
  return 'method' in message && readMetaVersion(message.params ?? {}) !== undefined
}
