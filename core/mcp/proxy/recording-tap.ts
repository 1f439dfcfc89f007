/** Turns what passes a shim into the lines of capture files: one numbering, as many writers as there are readers. */
import type { CaptureWriter } from '../wire/capture-writer.ts'
import type { Direction } from '../wire/frame.ts'
import { LineSplitter, type WireLine } from '../wire/line-splitter.ts'
import type { ShimExit } from './stdio-shim.ts'

/** How much of a line that is no JSON is written down. */
const evidenceLength = 4096

export class RecordingTap {
  readonly #writers: readonly CaptureWriter[]
  readonly #stderr = new LineSplitter({ maxLineBytes: 64 * 1024 })

  constructor(writers: readonly CaptureWriter[]) {
    this.#writers = writers
  }

  /** A message as it was parsed. */
  message(dir: Direction, msg: unknown): void {
    const injected = dir === 'dbg2s' || dir === 's2dbg'
    for (const writer of this.#writers) {
      writer.frame({ dir, transport: 'stdio', msg, ...(injected ? { injected } : {}) })
    }
  }

  /** A line that is no message. */
  unparsed(dir: Direction, { text, overlong, bytes }: WireLine): void {
    const evidence = { dir, transport: 'stdio', text: text.slice(0, evidenceLength), ...(overlong ? { bytes } : {}) }
    this.#side('rpc-unparsed', evidence)
  }

  stderr(chunk: Uint8Array): void {
    for (const { text } of this.#stderr.push(chunk)) this.#side('stderr', { text })
  }

  clientEnded(): void {
    this.#side('stdin-end', {})
  }

  signal(sig: string): void {
    this.#side('signal', { sig })
  }

  exit({ code, signal }: ShimExit): void {
    const words = this.#stderr.end()
    if (words !== undefined) this.#side('stderr', { text: words.text })
    this.#side('exit', { code: code ?? null, sig: signal ?? null })
  }

  #side(kind: string, fields: Parameters<CaptureWriter['side']>[1]): void {
    for (const writer of this.#writers) writer.side(kind, fields)
  }
}
