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
import { type OutgoingMessage, type RpcId, type RpcMessage, readRpcText, writeRpcText } from '../wire/rpc-message.ts'
import type { SseEvent } from '../wire/sse.ts'
import { bodyText, eventsOf, failureText, garbageLine } from './http-body.ts'
import { modernHeaders } from './http-headers.ts'
import type { Authorizer } from './oauth/authorizer.ts'
import { shownUrl } from './server-launch.ts'
import type { ServerExit } from './server-process.ts'
import type { ServerWire, WireListeners } from './server-wire.ts'

export interface HttpWireOptions {
  readonly address: ServerAddress
  readonly timers: Timers
  /** How long the end of a session is waited for, milliseconds. */
  readonly graceMs: number
  /** Before a stream that ended is opened anew, milliseconds; a server may name its own time. */
  readonly reopenMs: number
  readonly listeners: WireListeners
  /** Gets the right to speak to the server, where the person gave no header for that. */
  readonly authorizer?: Authorizer | undefined
}

/** How often a broken answer is taken up again without anything new in it. */
const maxResumes = 5

export function openHttpWire(options: HttpWireOptions): ServerWire {
  return new HttpWire(options)
}

/** Takes a message, with its JSON where it came alone. */
type Take = (message: RpcMessage, text?: string) => void

/** Where a stream stands: what to ask for when it breaks. */
interface StreamPlace {
  lastEventId?: string
  retryMs: number
}

class HttpWire implements ServerWire {
  readonly transport = 'http'
  readonly pid = undefined
  readonly exited: Promise<ServerExit>
  readonly #options: HttpWireOptions
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
    this.exited = new Promise((resolve) => {
      this.#tellExit = resolve
    })
  }

  send(message: OutgoingMessage): void {
    if (this.#over) return
    if ('method' in message && message.method === 'notifications/initialized') {
      this.#begun = this.#post(message).then(() => {
        this.#began = true
        void this.#listen()
      })
    } else void this.#begun.then(() => this.#post(message))
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
    const session = this.#session
    const exit = { reason: 'The connection was closed' }
    if (this.#over) return this.exited
    if (session !== undefined) this.#options.listeners.side('http-delete', {})
    this.#end(exit)
    if (session !== undefined) await this.#farewell(session)
    return exit
  }

  /** There is no process to kill: it hangs up. */
  kill(): Promise<ServerExit> {
    return this.stop()
  }

  freeze(): void {}

  #end(exit: ServerExit): void {
    if (this.#over) return
    this.#over = true
    this.#everything.abort()
    for (const abort of this.#open.values()) abort.abort()
    for (const wake of [...this.#pauses]) wake()
    this.#options.listeners.exit(exit)
    this.#tellExit(exit)
  }

  async #farewell(session: string): Promise<void> {
    const { timers, graceMs } = this.#options
    const abort = new AbortController()
    const stopWaiting = timers.after(graceMs, () => abort.abort())
    try {
      const headers = { ...this.#headers(), 'mcp-session-id': session }
      const response = await this.#authorized({ method: 'DELETE', headers, signal: abort.signal })
      await response.body?.cancel()
    } catch {
      // The server may be gone, or not care: the session is over for us either way.
    } finally {
      stopWaiting()
    }
  }

  async #post(message: OutgoingMessage): Promise<void> {
    const id = 'id' in message && 'method' in message ? message.id : undefined
    const modern = 'method' in message && readMetaVersion(message.params ?? {}) !== undefined
    const abort = new AbortController()
    if (this.#over) return
    if (id !== undefined) this.#open.set(id, abort)
    if (id !== undefined && modern) this.#modern.add(id)
    const place: StreamPlace = { retryMs: this.#options.reopenMs }
    let failure: string | undefined
    let answered = id === undefined
    const take: Take = (got, text) => {
      if ((got.kind === 'result' || got.kind === 'error') && got.id === id) answered = true
      this.#options.listeners.message(got, text)
    }
    try {
      const response = await this.#authorized({
        method: 'POST',
        headers: {
          ...(modern ? { ...this.#options.address.headers, ...modernHeaders(message) } : this.#headers()),
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: writeRpcText(message),
        signal: abort.signal,
      })
      if (!modern && this.#sessionIs(response)) failure = await this.#read(response, id, take, place)
      else if (modern) failure = await this.#read(response, id, take, place)
      for (let resumes = 0; !answered && !modern && !this.#over && failure === undefined; resumes += 1) {
        if (place.lastEventId === undefined || resumes === maxResumes) break
        await this.#pause(place.retryMs)
        await this.#resume(place, abort.signal, take)
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

  /** Sends with the right to do so, once more when that has to be renewed. */
  async #authorized(init: RequestInit & { readonly headers: Record<string, string> }): Promise<Response> {
    const { authorizer, address, listeners } = this.#options
    const send = (authorization: string | undefined) => {
      const headers = authorization === undefined ? init.headers : { ...init.headers, authorization }
      return fetch(address.url, { ...init, headers, redirect: 'manual' })
    }
    const first = authorizer?.header()
    const response = await send(first)
    if (response.status !== 401 || authorizer === undefined) return response
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
    this.#end({ reason: 'The server no longer knows the session' })
    return false
  }

  /** @returns what is wrong with the response, or `undefined` */
  async #read(response: Response, id: RpcId | undefined, take: Take, place: StreamPlace): Promise<string | undefined> {
    const type = response.headers.get('content-type') ?? ''
    if (response.ok && /^text\/event-stream\b/i.test(type)) {
      await this.#events(response, place, take)
      return undefined
    }
    const text = await bodyText(response)
    if (response.status === 202 || (id === undefined && response.ok)) return undefined
    const reading = readRpcText(text)
    if (reading.ok && reading.messages.length > 0) {
      for (const message of reading.messages) {
        // An error that the server could not relate to its request belongs to this one.
        const alone = reading.messages.length === 1 ? text : undefined
        take(
          message.kind === 'error' && message.id === undefined && id !== undefined ? { ...message, id } : message,
          alone,
        )
      }
      return undefined
    }
    if (response.ok && !reading.ok) this.#options.listeners.garbage(garbageLine(text), reading.why)
    const words = text.trim().slice(0, 200)
    const location = response.headers.get('location')
    if (response.status === 401) {
      return this.#options.authorizer === undefined
        ? 'HTTP 401: the server wants to know who asks; give it a header Authorization'
        : 'HTTP 401: the server wants to know who asks'
    }
    if (location !== null) return `HTTP ${response.status}: the server is at another address, ${shownUrl(location)}`
    return `HTTP ${response.status} ${response.statusText}${words === '' ? '' : `: ${words}`}`
  }

  async #events(response: Response, place: StreamPlace, take: Take): Promise<void> {
    for await (const event of eventsOf(response)) {
      if (this.#over) return
      this.#event(event, place, take)
    }
  }

  #event(event: SseEvent, place: StreamPlace, take: Take): void {
    if (event.kind === 'overlong') {
      this.#options.listeners.garbage(garbageLine(''), `it is longer than allowed (${event.bytes} bytes)`)
    }
    if (event.kind !== 'event') return
    if (event.id !== undefined) place.lastEventId = event.id
    if (event.retry !== undefined) place.retryMs = event.retry
    if (event.data === '') return
    const reading = readRpcText(event.data)
    const alone = reading.ok && reading.messages.length === 1 ? event.data : undefined
    if (reading.ok) for (const message of reading.messages) take(message, alone)
    else this.#options.listeners.garbage(garbageLine(event.data), reading.why)
  }

  /** Takes up a stream after its last event. @returns whether there is a stream to take up */
  async #resume(place: StreamPlace, signal: AbortSignal, take: Take): Promise<boolean> {
    const last = place.lastEventId
    const response = await this.#authorized({
      headers: {
        ...this.#headers(),
        accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'last-event-id': last }),
      },
      signal,
    })
    if (!this.#sessionIs(response)) return false
    if (response.ok) await this.#events(response, place, take)
    else await response.body?.cancel()
    // 405: it offers no stream. Anything else may pass.
    return response.ok || response.status >= 500
  }

  /** The stream for what belongs to no request, for as long as the connection lives. */
  async #listen(): Promise<void> {
    const place: StreamPlace = { retryMs: this.#options.reopenMs }
    const { signal } = this.#everything
    let again = true
    this.#listening = true
    while (again && !this.#over) {
      try {
        again = await this.#resume(place, signal, (message, text) => this.#options.listeners.message(message, text))
      } catch {
        // A broken stream is opened anew; that the server is gone, the next request tells.
      }
      if (again) await this.#pause(place.retryMs)
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

  #headers(): Record<string, string> {
    return {
      ...this.#options.address.headers,
      ...(this.#session === undefined ? {} : { 'mcp-session-id': this.#session }),
      ...(this.#version === undefined ? {} : { 'mcp-protocol-version': this.#version }),
    }
  }
}
