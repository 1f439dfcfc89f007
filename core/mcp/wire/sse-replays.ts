/**
 * Recognises what a server sends again on a resumed stream
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery): the same
 * event id with the same message, on another connection. What comes twice on one stream was said twice. Bounded.
 */
import { type JsonRecord, jsonText, numberAt, stringAt } from './json-record.ts'

const maxRemembered = 20_000

export class SseReplays {
  /** The exchange on which each event came first; `undefined` when the recorder did not say. */
  readonly #seen = new Map<string, number | undefined>()

  /** Whether this very event has been seen before; remembers it if not. */
  isReplay(http: JsonRecord | undefined, message: unknown): boolean {
    const id = stringAt(http, 'sseId') ?? numberAt(http, 'sseId')
    if (id === undefined || id === '') return false
    const key = eventKey(id, message)
    const exchange = numberAt(http, 'n')
    if (this.#seen.has(key)) {
      const first = this.#seen.get(key)
      return first === undefined || exchange === undefined || first !== exchange
    }
    this.#seen.set(key, exchange)
    if (this.#seen.size > maxRemembered) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest)
        break
      }
    }
    return false
  }
}

/** Short however long the message is: messages of one id and length that differ are told apart by their sum. */
function eventKey(id: string | number, message: unknown): string {
  const text = jsonText(message)
  let sum = 0
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0
  return `${String(id).slice(0, 200)} ${text.length} ${sum}`
}
