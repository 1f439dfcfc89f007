/**
 * Cuts a byte stream of `text/event-stream` into events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream). Guarantees: any chunking of
 * the same bytes gives the same events; CR, LF and CRLF end a line alike; memory is bounded by the largest event allowed.
 */
import { defaultMaxLineBytes } from './line-splitter.ts'

export type SseEvent =
  | {
      readonly kind: 'event'
      readonly event: string
      readonly data: string
      readonly id?: string
      readonly retry?: number
    }
  | { readonly kind: 'comment'; readonly text: string }
  /** More than is allowed came without an end of the event; it is skipped. */
  | { readonly kind: 'overlong'; readonly bytes: number }

/**
 * Whether an event holds no message: the one that primes a stream
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server) has no data,
 * and servers that keep their events send it again with an empty object for the message that it never had.
 */
export function hasNoMessage({ data }: Extract<SseEvent, { kind: 'event' }>): boolean {
  return /^\s*(?:\{\s*\})?\s*$/.test(data)
}

export class SseSplitter {
  readonly #decoder = new TextDecoder('utf-8')
  readonly #maxLength: number
  #rest: string[] = []
  #restLength = 0
  #afterReturn = false
  #data: string[] = []
  #dataLength = 0
  #event = ''
  #id: string | undefined
  #retry: number | undefined
  #overlong = false

  /** @param options.maxLength UTF-16 code units that one event may hold */
  constructor(options: { readonly maxLength?: number } = {}) {
    this.#maxLength = options.maxLength ?? defaultMaxLineBytes
  }

  /** Takes the next bytes and gives what they complete. An event without its empty line at the end of the stream is none. */
  push(chunk: Uint8Array): SseEvent[] {
    const events: SseEvent[] = []
    let text = this.#decoder.decode(chunk, { stream: true })
    if (this.#afterReturn && text !== '') {
      this.#afterReturn = false
      // The line feed of a CRLF that was cut in two.
      if (text.startsWith('\n')) text = text.slice(1)
    }
    let start = 0
    for (const match of text.matchAll(/\r\n|\r|\n/g)) {
      if (match[0] === '\r' && match.index === text.length - 1) this.#afterReturn = true
      this.#keep(text.slice(start, match.index))
      this.#line(this.#takeRest(), events)
      start = match.index + match[0].length
    }
    this.#keep(text.slice(start))
    return events
  }

  #keep(part: string): void {
    if (part === '') return
    this.#restLength += part.length
    if (this.#restLength + this.#dataLength > this.#maxLength) {
      this.#overlong = true
      this.#rest = []
      this.#data = []
    }
    if (!this.#overlong) this.#rest.push(part)
  }

  #takeRest(): string {
    const line = this.#rest.join('')
    const length = this.#restLength
    this.#rest = []
    this.#restLength = 0
    if (this.#overlong) this.#dataLength += length
    // What was cut away is not empty: it does not end the event.
    return this.#overlong && length > 0 ? ':' : line
  }

  #line(line: string, events: SseEvent[]): void {
    if (line === '') {
      this.#dispatch(events)
      return
    }
    if (this.#overlong) return
    if (line.startsWith(':')) {
      events.push({ kind: 'comment', text: line.slice(line.startsWith(': ') ? 2 : 1) })
      return
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const after = colon < 0 ? '' : line.slice(colon + 1)
    const value = after.startsWith(' ') ? after.slice(1) : after
    if (field === 'data') {
      this.#data.push(value)
      this.#dataLength += value.length + 1
    } else if (field === 'event') this.#event = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d+$/.test(value)) this.#retry = Number(value)
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#overlong) events.push({ kind: 'overlong', bytes: this.#dataLength })
    else if (this.#data.length > 0 || this.#id !== undefined || this.#retry !== undefined) {
      events.push({
        kind: 'event',
        event: this.#event === '' ? 'message' : this.#event,
        data: this.#data.join('\n'),
        ...(this.#id === undefined ? {} : { id: this.#id }),
        ...(this.#retry === undefined ? {} : { retry: this.#retry }),
      })
    }
    this.#overlong = false
    this.#data = []
    this.#dataLength = 0
    this.#event = ''
    this.#id = undefined
    this.#retry = undefined
  }
}
