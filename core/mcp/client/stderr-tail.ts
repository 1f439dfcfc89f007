/** Keeps the last lines of a server's stderr for the sentence that says why it failed, and cuts bursts into batches. */
import type { LogLine } from '../../model/event.ts'

const keptLines = 20
const maxLinesPerBatch = 200
const maxLineLength = 4000

export class StderrTail {
  #tail: string[] = []

  /** Takes what came at once; gives what is to be logged of it, the newest lines first to be kept. */
  add(lines: readonly string[]): { readonly lines: readonly LogLine[]; readonly dropped?: number } {
    const kept = lines.slice(-maxLinesPerBatch).map((text) => text.slice(0, maxLineLength))
    this.#tail = [...this.#tail, ...kept].slice(-keptLines)
    const dropped = lines.length - kept.length
    return {
      lines: kept.map((text) => ({ stream: 'stderr' as const, text })),
      ...(dropped === 0 ? {} : { dropped }),
    }
  }

  /** The last lines, for a person. Empty when there were none. */
  text(): string {
    return this.#tail.length === 0 ? '' : `stderr:\n${this.#tail.join('\n')}`
  }
}
