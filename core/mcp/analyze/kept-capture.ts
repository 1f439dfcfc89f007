/**
 * Keeps what a capture file tells beside the messages themselves, so that a conversation that is being watched can be
 * saved. The texts are the frame log's; what it no longer keeps is left out of the file, and the file says how much.
 */
import { type CaptureLine, writeCaptureLine, writeCaptureMeta } from '../wire/capture.ts'
import type { Frame } from '../wire/frame.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import { redactFields } from '../wire/redaction.ts'
import type { SideEvent } from './analyzer.ts'

/** Lines of one conversation. */
const maxLines = 40_000
/** Characters of what stands beside the messages, such as a server's stderr. */
const maxSideText = 8 * 1024 * 1024

/** The JSON of a message; `undefined` from when it is no longer kept. */
export interface KeptText {
  text: string | undefined
}

interface KeptLine extends CaptureLine {
  readonly size: number
  /** The messages of an `rpc` line; none of what stands beside them. */
  readonly messages: KeptText[]
  /** Its messages came as a list. */
  readonly batch: boolean
}

export class KeptCapture {
  readonly #kept = new Set<KeptLine>()
  /** The batch that may go on: what of it cannot be read is told in between. */
  #batch: KeptLine | undefined
  #sideText = 0
  #dropped = 0

  /** @param text of the frame, which whoever keeps it may let go */
  frame({ seq, at, dir, transport, injected, http, batch }: Frame, text: KeptText): void {
    if (batch !== undefined && batch.place > 0 && this.#batch?.seq === seq) {
      this.#batch.messages.push(text)
      return
    }
    const fields = { dir, transport, ...(injected === true && { injected }), ...(http !== undefined && { http }) }
    const line = { seq, tMs: at, kind: 'rpc', fields, size: 0, messages: [text], batch: batch !== undefined }
    this.#batch = line.batch ? line : undefined
    this.#keep(line)
  }

  side({ seq, at, kind, fields }: SideEvent): void {
    const { text } = fields
    const size = typeof text === 'string' ? text.length : 0
    // What a resumed stream tells again was a message on the wire all the same.
    this.#keep({ seq, tMs: at, kind: kind === 'sse-replay' ? 'rpc' : kind, fields, size, messages: [], batch: false })
  }

  /**
   * The lines of a capture file, line ends included, without secrets.
   * @param meta fields of the first line
   * @param startedAt what the times count from, milliseconds since the Unix epoch
   */
  *lines(meta: JsonRecord, startedAt: number): Generator<string> {
    const found: string[] = []
    let dropped = this.#dropped
    for (const { seq, tMs, kind, fields, messages, batch } of this.#kept) {
      const said = messages.flatMap(({ text }) => (text === undefined ? [] : [JSON.parse(text) as unknown]))
      if (said.length < messages.length) dropped += 1
      if (said.length === 0 && messages.length > 0) continue
      const told = messages.length === 0 ? fields : { ...fields, msg: batch ? said : said[0] }
      found.push(writeCaptureLine(seq, tMs - startedAt, kind, redactFields(told)))
    }
    yield writeCaptureMeta(redactFields({ ...meta, startedAt, ...(dropped > 0 && { dropped }) }))
    yield* found
  }

  #keep(line: KeptLine): void {
    this.#kept.add(line)
    this.#sideText += line.size
    for (const oldest of this.#kept) {
      if (this.#kept.size <= maxLines && this.#sideText <= maxSideText) return
      this.#kept.delete(oldest)
      this.#sideText -= oldest.size
      this.#dropped += 1
    }
  }
}
