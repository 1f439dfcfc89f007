/** What a server prints beside its messages: told as it comes, and kept for the sentence that says why it failed. */
import type { Clock } from '../../model/clock.ts'
import type { Emit } from '../../model/stamp.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import type { WireLine } from '../wire/line-splitter.ts'
import { StderrTail } from './stderr-tail.ts'
import { StdoutGarbage } from './stdout-garbage.ts'

export class ServerOutput {
  readonly #emit: Emit
  readonly #clock: Clock
  readonly #stderr = new StderrTail()
  readonly #garbage = new StdoutGarbage()

  constructor(emit: Emit, clock: Clock) {
    this.#emit = emit
    this.#clock = clock
  }

  /** A line on stdout is no message. @returns whether it is the first */
  garbage(line: WireLine, why: string): boolean {
    const isFirst = this.#garbage.first === undefined
    const finding = this.#garbage.add(line, why)
    if (finding !== undefined) this.#emit({ kind: 'finding', finding })
    return isFirst
  }

  /** @returns the lines that were told; a burst is cut */
  stderr(lines: readonly string[]): readonly string[] {
    const batch = this.#stderr.add(lines)
    this.#emit({ kind: 'task.log', id: connectionNode, ...batch }, this.#clock.now())
    return batch.lines.map(({ text }) => text)
  }

  /** The last that it printed, for a person; `undefined` when that was nothing. */
  get evidence(): string | undefined {
    const printed = this.#garbage.first === undefined ? '' : `stdout: ${this.#garbage.first}`
    const parts = [printed, this.#stderr.text()].filter((part) => part !== '')
    return parts.length === 0 ? undefined : parts.join('\n')
  }
}
