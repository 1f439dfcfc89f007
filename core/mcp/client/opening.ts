import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'

/** Whether the server can be worked with; if not, one sentence and what was seen. */
export type Opened = { readonly ok: true } | { readonly ok: false; readonly error: string; readonly detail?: string }

/** The time until it is known whether a server can be worked with. Owns the timers of that time; `settle` ends them. */
export class Opening {
  /** Never rejects. */
  readonly opened: Promise<Opened>
  readonly #timers: Timers
  readonly #waits: Dispose[] = []
  #decide: ((opened: Opened) => void) | undefined

  constructor(timers: Timers) {
    this.#timers = timers
    this.opened = new Promise((resolve) => {
      this.#decide = resolve
    })
  }

  get pending(): boolean {
    return this.#decide !== undefined
  }

  /** Does something after so many milliseconds, unless it is known before. */
  after(ms: number, action: () => void): void {
    if (this.pending) this.#waits.push(this.#timers.after(ms, action))
  }

  /** It is known; only the first time counts. */
  settle(opened: Opened): void {
    for (const dispose of this.#waits.splice(0)) dispose()
    this.#decide?.(opened)
    this.#decide = undefined
  }
}
