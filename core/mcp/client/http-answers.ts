/**
 * Reads what a server answers over HTTP, whether it is JSON or a stream of events. Tells every message with what HTTP
 * says around it, and what is no message by the kinds of a capture, as a proxy would have recorded it.
 */
import type { JsonRecord } from '../wire/json-record.ts'
import { type RpcId, type RpcMessage, readRpcText } from '../wire/rpc-message.ts'
import { hasNoMessage, type SseEvent } from '../wire/sse.ts'
import { bodyText, eventsOf, garbageLine } from './http-body.ts'
import { shownUrl } from './server-launch.ts'
import type { WireListeners } from './server-wire.ts'

/** Takes a message, with its JSON where it came alone. */
export type Take = (message: RpcMessage, text: string | undefined, http: JsonRecord) => void

/** Where a stream stands: what to ask for when it breaks. */
export interface StreamPlace {
  lastEventId?: string
  /** Milliseconds to wait before it is taken up again. */
  retryMs: number
}

/** One request over HTTP, as far as its answer is concerned. */
export interface HttpExchange {
  /** Its number, which ties what is told of it together. */
  readonly n: number
  /** Of the JSON-RPC request that it carries; a notification, an answer or a stream has none. */
  readonly id?: RpcId | undefined
  readonly take: Take
  readonly place: StreamPlace
}

export interface HttpAnswersOptions {
  readonly told: Pick<WireListeners, 'side' | 'garbage'>
  /** What a person can do about an answer 401. */
  readonly refusedText: string
}

const evidenceLength = 4096
const shownLength = 200

export class HttpAnswers {
  readonly #options: HttpAnswersOptions

  constructor(options: HttpAnswersOptions) {
    this.#options = options
  }

  /** Reads one answer to its end. Throws when it breaks. @returns what is wrong with it, or `undefined` */
  async read(response: Response, exchange: HttpExchange): Promise<string | undefined> {
    if (response.ok && /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      await this.stream(response, exchange)
      return undefined
    }
    const http = headOf(response, exchange.n)
    const text = await bodyText(response)
    const expectsNothing = response.status === 202 || (exchange.id === undefined && response.ok)
    const reading = readRpcText(text)
    if (!expectsNothing && reading.ok && reading.messages.length > 0) {
      const alone = reading.messages.length === 1 ? text : undefined
      for (const message of reading.messages) exchange.take(related(message, exchange.id), alone, http)
      return undefined
    }
    this.#options.told.side('http-response', { http, ...(text === '' ? {} : { text: text.slice(0, evidenceLength) }) })
    if (expectsNothing) return undefined
    if (response.ok && !reading.ok) this.#options.told.garbage(garbageLine(text), reading.why)
    return this.#problem(response, text)
  }

  /** Reads a stream of events to its end. Throws when it breaks. */
  async stream(response: Response, exchange: HttpExchange): Promise<void> {
    const { side } = this.#options.told
    const { n } = exchange
    side('http-stream-open', { http: headOf(response, n) })
    try {
      for await (const event of eventsOf(response)) this.#event(event, exchange)
    } catch (error) {
      side('http-stream-error', { http: { n } })
      throw error
    }
    side('http-stream-close', { http: { n } })
  }

  /** An answer that nobody reads further. */
  async drop(response: Response, n: number): Promise<void> {
    this.#options.told.side('http-response', { http: headOf(response, n) })
    await response.body?.cancel()
  }

  #event(event: SseEvent, { n, place, take }: HttpExchange): void {
    const { told } = this.#options
    if (event.kind === 'overlong') {
      told.garbage(garbageLine(''), `it is longer than allowed (${event.bytes} bytes)`)
      return
    }
    if (event.kind === 'comment') {
      told.side('sse-comment', { text: event.text, http: { n } })
      return
    }
    if (event.id !== undefined) place.lastEventId = event.id
    if (event.retry !== undefined) place.retryMs = event.retry
    const http = { n, sse: true, ...(event.id === undefined ? {} : { sseId: event.id }) }
    const reading = hasNoMessage(event) ? undefined : readRpcText(event.data)
    if (reading?.ok !== true) told.side('sse-event', { raw: event.data.slice(0, evidenceLength), http })
    if (reading?.ok === false) told.garbage(garbageLine(event.data), reading.why)
    if (reading?.ok !== true) return
    const alone = reading.messages.length === 1 ? event.data : undefined
    for (const message of reading.messages) take(message, alone, http)
  }

  #problem(response: Response, text: string): string {
    const { status, statusText } = response
    if (status === 401) return `HTTP 401: ${this.#options.refusedText}`
    const location = response.headers.get('location')
    if (location !== null) return `HTTP ${status}: the server is at another address, ${shownUrl(location)}`
    const words = text.trim().slice(0, shownLength)
    return `HTTP ${status} ${statusText}${words === '' ? '' : `: ${words}`}`
  }
}

function headOf({ status, headers }: Response, n: number): JsonRecord {
  return { status, headers: Object.fromEntries(headers), n }
}

/** An error that the server could not relate to its request belongs to the request that it answers. */
function related(message: RpcMessage, id: RpcId | undefined): RpcMessage {
  return message.kind === 'error' && message.id === undefined && id !== undefined ? { ...message, id } : message
}
