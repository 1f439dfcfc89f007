/**
 * What is kept and judged of a server's conversation: each frame goes into the log, past those who act on it, and past
 * the rules. Owns the timer by which verdicts that only time gives are looked for; it runs while there is something to
 * judge, until `end`.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Emit } from '../../model/stamp.ts'
import { Analyzer, type WireObserver } from '../analyze/analyzer.ts'
import type { FrameLog } from '../analyze/frame-log.ts'
import { Linter } from '../lint/linter.ts'
import type { Frame } from '../wire/frame.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import { emitFinding } from './live-findings.ts'

export interface WireReadingOptions {
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  readonly log: FrameLog
  /** Those who act on what is read, in order. */
  readonly observers: readonly WireObserver[]
  /** Gives the next number of what passes. */
  readonly nextSeq: () => number
  readonly nodeOf: (taskId: string) => NodeId | undefined
  /** Whether a task or call is open, so that its standing still would be something to tell. */
  readonly judging: () => boolean
}

/** How often the rules are asked about the time, milliseconds. */
const tickMs = 250

export class WireReading {
  readonly #options: WireReadingOptions
  readonly #analyzer: Analyzer
  #ticking: Dispose | undefined
  #ended = false

  constructor(options: WireReadingOptions) {
    this.#options = options
    const { emit, log, observers, nodeOf } = options
    const linter = new Linter((finding) => emitFinding(emit, finding, nodeOf))
    this.#analyzer = new Analyzer([log, ...observers, linter])
  }

  see(frame: Frame, text: string): void {
    this.#options.log.note(text)
    this.#analyzer.see(frame)
    this.#tickLater()
  }

  /** What happened beside the messages, as a capture names it. */
  side(kind: string, fields: JsonRecord): void {
    if (this.#ended) return
    const { nextSeq, clock } = this.#options
    this.#analyzer.side({ seq: nextSeq(), at: clock.now(), kind, fields })
    this.#tickLater()
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#ticking?.()
    this.#analyzer.end()
  }

  #tickLater(): void {
    if (this.#ticking !== undefined || this.#ended || !this.#options.judging()) return
    this.#ticking = this.#options.timers.after(tickMs, () => {
      this.#ticking = undefined
      this.#analyzer.tick(this.#options.clock.now())
      this.#tickLater()
    })
  }
}
