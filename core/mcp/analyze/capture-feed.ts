/** Feeds the lines of a capture to an analyzer, whoever hands them in: a file, or a proxy that runs right now. */
import { type CaptureLine, readCaptureLine } from '../wire/capture.ts'
import { isDirection } from '../wire/frame.ts'
import { isRecord, type JsonRecord, jsonText, stringAt } from '../wire/json-record.ts'
import { readRpcValue } from '../wire/rpc-message.ts'
import type { Analyzer } from './analyzer.ts'

export class CaptureFeed {
  readonly #analyzer: Analyzer
  readonly #startedAt: number
  readonly #frames = new Map<string, number>()
  #lines = 0
  #time = 0

  /** @param startedAt what the times of the lines count from, milliseconds since the epoch; 0 leaves them as they are */
  constructor(analyzer: Analyzer, startedAt = 0) {
    this.#analyzer = analyzer
    this.#startedAt = startedAt
  }

  /** Messages per direction so far. */
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
    if (kind === 'rpc' && fields.msg !== undefined) this.#rpc(seq, fields)
    else if (kind !== 'meta') this.#side(kind, seq, fields)
  }

  #rpc(seq: number, fields: JsonRecord): void {
    const dir = stringAt(fields, 'dir') ?? '?'
    this.#frames.set(dir, (this.#frames.get(dir) ?? 0) + 1)
    const reading = readRpcValue(fields.msg)
    if (!reading.ok || !isDirection(dir)) {
      const why = reading.ok ? `its direction ${JSON.stringify(dir)} is unknown` : reading.why
      this.#side('rpc-unparsed', seq, { text: jsonText(fields.msg).slice(0, 500), why })
      return
    }
    for (const message of reading.messages) {
      this.#analyzer.see({
        seq,
        at: this.#startedAt + this.#time,
        dir,
        message,
        transport: fields.transport === 'http' ? 'http' : 'stdio',
        ...(fields.injected === true ? { injected: true } : {}),
        ...(isRecord(fields.http) ? { http: fields.http } : {}),
      })
    }
  }

  #side(kind: string, seq: number, fields: JsonRecord): void {
    this.#analyzer.side({ seq, at: this.#startedAt + this.#time, kind, fields })
  }
}
