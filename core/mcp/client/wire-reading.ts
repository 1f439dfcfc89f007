/**
 * What is kept and judged of a server's conversation: each frame goes into the log, past those who act on it, and past
 * the rules, until `end`.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Emit } from '../../model/stamp.ts'
import { Analyzer, type WireObserver } from '../analyze/analyzer.ts'
import type { FrameLog } from '../analyze/frame-log.ts'
import { JudgingTime } from '../analyze/judging-time.ts'
import { emitFinding } from '../lint/emit-finding.ts'
import { Linter } from '../lint/linter.ts'
import type { Frame } from '../wire/frame.ts'
import type { JsonRecord } from '../wire/json-record.ts'

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

export class WireReading {
  readonly #options: WireReadingOptions
  readonly #analyzer: Analyzer
  readonly #time: JudgingTime
  #ended = false

  constructor(options: WireReadingOptions) {
    this.#options = options
    const { emit, clock, timers, log, observers, nodeOf, judging } = options
    const linter = new Linter((finding) => emitFinding(emit, finding, nodeOf))
    this.#analyzer = new Analyzer([log, ...observers, linter])
    this.#time = new JudgingTime({ clock, timers, tick: (at) => this.#analyzer.tick(at), judging })
  }

  see(frame: Frame, text: string): void {
    this.#options.log.note(text)
    this.#analyzer.see(frame)
    this.#time.goOn()
  }

  /** What happened beside the messages, as a capture names it. */
  side(kind: string, fields: JsonRecord): void {
    if (this.#ended) return
    const { nextSeq, clock } = this.#options
    this.#analyzer.side({ seq: nextSeq(), at: clock.now(), kind, fields })
    this.#time.goOn()
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#time.stop()
    this.#analyzer.end()
  }
}
