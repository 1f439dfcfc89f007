/**
 * Says what time it is while something may be found by time alone, so that the rules notice what stands still. Owns one
 * timer; it runs only while there is something to judge, until `stop`.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'

export interface JudgingTimeOptions {
  readonly clock: Clock
  readonly timers: Timers
  /** Takes the time, milliseconds since the epoch. */
  readonly tick: (at: number) => void
  /** Whether a task or call is open, so that its standing still would be something to tell. */
  readonly judging: () => boolean
}

/** How often the rules are asked, milliseconds. */
const tickMs = 250

export class JudgingTime {
  readonly #options: JudgingTimeOptions
  #waiting: Dispose | undefined
  #stopped = false

  constructor(options: JudgingTimeOptions) {
    this.#options = options
  }

  /** Something has happened: there may be something to judge now. */
  goOn(): void {
    const { clock, timers, tick, judging } = this.#options
    if (this.#waiting !== undefined || this.#stopped || !judging()) return
    this.#waiting = timers.after(tickMs, () => {
      this.#waiting = undefined
      tick(clock.now())
      this.goOn()
    })
  }

  stop(): void {
    this.#stopped = true
    this.#waiting?.()
    this.#waiting = undefined
  }
}
