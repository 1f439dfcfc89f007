/**
 * Recognises what a server sends again on a resumed stream
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery): the same
 * event id with the same message, on another connection. What comes twice on one stream was said twice. Bounded.
 */
import { BoundedMap, fingerprint } from './bounded.ts'
import { type JsonRecord, jsonText, numberAt, stringAt } from './json-record.ts'

const maxIdLength = 200

export class SseReplays {
  /** The exchange on which each event came first; `undefined` when the recorder did not say. */
  readonly #seen = new BoundedMap<string, number | undefined>()

  /** Whether this very event has been seen before; remembers it if not. */
  isReplay(http: JsonRecord | undefined, message: unknown): boolean {
    const id = stringAt(http, 'sseId') ?? numberAt(http, 'sseId')
    if (id === undefined || id === '') return false
    const key = `${String(id).slice(0, maxIdLength)} ${fingerprint(jsonText(message))}`
    const exchange = numberAt(http, 'n')
    if (this.#seen.has(key)) {
      const first = this.#seen.get(key)
      return first === undefined || exchange === undefined || first !== exchange
    }
    this.#seen.set(key, exchange)
    return false
  }
}
