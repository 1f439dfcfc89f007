/**
 * Keeps what a capture file tells beside the messages themselves, so that a conversation that is being watched can be
 * saved. The texts are the frame log's; what it no longer keeps is left out of the file, and the file says how much.
 */
import { type CaptureLine, writeCaptureLine, writeCaptureMeta } from '../wire/capture.ts'
import type { Sighting } from '../wire/conversation.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import { redactFields } from '../wire/redaction.ts'
import type { SideEvent, WireObserver } from './analyzer.ts'

/** Lines of one conversation. */
const maxLines = 40_000
/** Characters of what stands beside the messages, such as a server's stderr. */
const maxSideText = 8 * 1024 * 1024

interface KeptLine extends CaptureLine {
  readonly size: number
  /** It is a message, whose text the frame log keeps. */
  readonly message: boolean
}

export class KeptCapture implements WireObserver {
  readonly #textOf: (seq: number) => string | undefined
  readonly #kept = new Map<number, KeptLine>()
  #sideText = 0
  #dropped = 0

  /** @param textOf the JSON of a message; `undefined` when it is no longer kept */
  constructor(textOf: (seq: number) => string | undefined) {
    this.#textOf = textOf
  }

  frame({ frame }: Sighting): void {
    const { seq, at, dir, transport, injected, http } = frame
    const fields = { dir, transport, ...(injected === true && { injected }), ...(http !== undefined && { http }) }
    this.#keep({ seq, tMs: at, kind: 'rpc', fields, size: 0, message: true })
  }

  side({ seq, at, kind, fields }: SideEvent): void {
    const { text } = fields
    const size = typeof text === 'string' ? text.length : 0
    // What a resumed stream tells again was a message on the wire all the same.
    this.#keep({ seq, tMs: at, kind: kind === 'sse-replay' ? 'rpc' : kind, fields, size, message: false })
  }

  /**
   * The lines of a capture file, line ends included, without secrets.
   * @param meta fields of the first line
   * @param startedAt what the times count from, milliseconds since the Unix epoch
   */
  *lines(meta: JsonRecord, startedAt: number): Generator<string> {
    const found: string[] = []
    let dropped = this.#dropped
    for (const { seq, tMs, kind, fields, message } of this.#kept.values()) {
      const text = message ? this.#textOf(seq) : undefined
      if (message && text === undefined) dropped += 1
      else {
        const told = text === undefined ? fields : { ...fields, msg: JSON.parse(text) as unknown }
        found.push(writeCaptureLine(seq, tMs - startedAt, kind, redactFields(told)))
      }
    }
    yield writeCaptureMeta(redactFields({ ...meta, startedAt, ...(dropped > 0 && { dropped }) }))
    yield* found
  }

  #keep(line: KeptLine): void {
    this.#kept.set(line.seq, line)
    this.#sideText += line.size
    for (const [seq, { size }] of this.#kept) {
      if (this.#kept.size <= maxLines && this.#sideText <= maxSideText) return
      this.#kept.delete(seq)
      this.#sideText -= size
      this.#dropped += 1
    }
  }
}
