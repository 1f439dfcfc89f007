/**
 * Writes one conversation as a capture file: numbers and times every line, and keeps secrets out of it unless told
 * otherwise. Where the lines go is the caller's business.
 */
import type { Clock } from '../../model/clock.ts'
import { writeCaptureLine, writeCaptureMeta } from './capture.ts'
import type { Direction } from './frame.ts'
import type { JsonRecord } from './json-record.ts'
import { mayNameSecret, redactFields } from './redaction.ts'

export interface CaptureWriterOptions {
  readonly clock: Clock
  /** Takes whole lines, in order, each with its number; the first line has number 0. */
  readonly write: (line: string, seq: number) => void
  /** Whether somebody wants the next line; it is counted all the same. */
  readonly wanted?: () => boolean
  /** Fields of the first line, such as the command that is recorded. */
  readonly meta: JsonRecord
  /** Writes secrets too. */
  readonly raw?: boolean
}

/** One frame as it is to be written; `msg` is the message as it was parsed, absent when there was none. */
export interface CapturedFrame {
  readonly dir: Direction
  readonly transport: 'stdio' | 'http'
  readonly msg?: unknown
  readonly http?: JsonRecord
  readonly injected?: true
}

export class CaptureWriter {
  readonly #options: CaptureWriterOptions
  readonly #start: number
  #seq = 0

  constructor(options: CaptureWriterOptions) {
    this.#options = options
    this.#start = options.clock.now()
    options.write(
      this.#clean(options.meta, (meta) => writeCaptureMeta(meta)),
      0,
    )
  }

  /** @returns the number of the line, by which findings name it */
  frame(frame: CapturedFrame): number {
    return this.side('rpc', { ...frame })
  }

  /** Everything that is no frame: `stderr`, `signal`, `stdin-end`, `exit`, `rpc-unparsed`, the `http-*` and `sse-*` kinds. */
  side(kind: string, fields: JsonRecord): number {
    this.#seq += 1
    const { clock, write, wanted } = this.#options
    if (wanted?.() === false) return this.#seq
    const tMs = clock.now() - this.#start
    write(
      this.#clean(fields, (shown) => writeCaptureLine(this.#seq, tMs, kind, shown)),
      this.#seq,
    )
    return this.#seq
  }

  #clean(fields: JsonRecord, written: (fields: JsonRecord) => string): string {
    const line = written(fields)
    return this.#options.raw === true || !mayNameSecret(line) ? line : written(redactFields(fields))
  }
}
