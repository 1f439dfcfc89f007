/** Feeds the lines of a capture to an analyzer, whoever hands them in: a file, or a proxy that runs right now. */

import { BoundedMap } from '../wire/bounded.ts'
import { type CaptureLine, readCaptureLine } from '../wire/capture.ts'
import { type Direction, type Frame, isDirection } from '../wire/frame.ts'
import { isRecord, type JsonRecord, jsonText, numberAt, recordAt, stringAt } from '../wire/json-record.ts'
import { readRpcValue } from '../wire/rpc-message.ts'
import { SseReplays } from '../wire/sse-replays.ts'
import type { Analyzer } from './analyzer.ts'

/** There are six; a file may hold anything. */
const maxDirections = 50

export class CaptureFeed {
  readonly #analyzer: Analyzer
  readonly #startedAt: number
  readonly #note: ((json: string) => void) | undefined
  readonly #frames = new BoundedMap<string, number>(maxDirections)
  readonly #replays = new SseReplays()
  #lines = 0
  #time = 0

  /**
   * @param startedAt what the times of the lines count from, milliseconds since the epoch; 0 leaves them as they are
   * @param note is told the JSON of each message as it was on the wire, before the analyzer sees it
   */
  constructor(analyzer: Analyzer, startedAt = 0, note?: (json: string) => void) {
    this.#analyzer = analyzer
    this.#startedAt = startedAt
    this.#note = note
  }

  /** `rpc` lines per direction so far, those of exchanges without a body too. */
  get frames(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#frames)
  }

  /** Takes the next line; an empty one is none. A line that is no JSON is told as `not-json`. */
  push(text: string): void {
    if (text.trim() === '') return
    this.#lines += 1
    const reading = readCaptureLine(text, this.#lines, this.#time)
    if (!reading.ok) {
      this.#side('not-json', this.#lines, { text: text.slice(0, 500), why: reading.why })
      return
    }
    this.line(reading.line)
  }

  /** Takes a line that has been read already. */
  line({ seq, tMs, kind, fields }: CaptureLine): void {
    this.#time = Math.max(this.#time, tMs)
    if (kind === 'rpc') this.#rpc(seq, fields)
    else if (kind !== 'meta') this.#side(kind, seq, fields)
  }

  #rpc(seq: number, fields: JsonRecord): void {
    const dir = stringAt(fields, 'dir')
    if (dir !== undefined) this.#frames.set(dir, (this.#frames.get(dir) ?? 0) + 1)
    if (hasNoMessage(fields)) {
      this.#side('rpc', seq, fields)
    } else if (!isDirection(dir)) {
      const why = dir === undefined ? 'it has no direction' : `its direction ${JSON.stringify(dir)} is unknown`
      this.#unparsed(seq, fields.msg, why)
    } else if (this.#replays.isReplay(recordAt(fields, 'http'), fields.msg)) {
      // Counted as a frame, and said only once.
      this.#side('sse-replay', seq, fields)
    } else {
      const { msg } = fields
      if (!Array.isArray(msg)) this.#message(seq, dir, msg, fields)
      // Of a batch, what can be read is read.
      else for (const [place, value] of msg.entries()) this.#message(seq, dir, value, fields, { place, of: msg.length })
    }
  }

  #message(seq: number, dir: Direction, value: unknown, fields: JsonRecord, batch?: Frame['batch']): void {
    const reading = readRpcValue(Array.isArray(value) ? undefined : value)
    if (!reading.ok) {
      // What an HTTP server says of a refused exchange need not be JSON-RPC.
      const refused = (numberAt(recordAt(fields, 'http'), 'status') ?? 0) >= 400
      if (refused) this.#side('http-response', seq, fields)
      else this.#unparsed(seq, value, reading.why)
      return
    }
    for (const message of reading.messages) {
      this.#note?.(jsonText(value))
      this.#analyzer.see({
        seq,
        at: this.#startedAt + this.#time,
        dir,
        message,
        transport: fields.transport === 'http' ? 'http' : 'stdio',
        ...(fields.injected === true ? { injected: true } : {}),
        ...(isRecord(fields.http) ? { http: fields.http } : {}),
        ...(batch === undefined ? {} : { batch }),
      })
    }
  }

  #unparsed(seq: number, value: unknown, why: string): void {
    this.#side('rpc-unparsed', seq, { text: jsonText(value).slice(0, 500), why })
  }

  #side(kind: string, seq: number, fields: JsonRecord): void {
    this.#analyzer.side({ seq, at: this.#startedAt + this.#time, kind, fields })
  }
}

/**
 * An HTTP exchange without a body has no message, however its recorder writes that down; nor has the event without data
 * that primes a stream, for which servers that keep their events write an empty object when they send it again.
 */
function hasNoMessage({ msg, http }: JsonRecord): boolean {
  if (msg === undefined || msg === null) return true
  const ofStream = isRecord(http) && (http.sse === true || http.sseId !== undefined)
  return ofStream && isRecord(msg) && Object.keys(msg).length === 0
}
