/**
 * Watches over controls of tasks in places of their own: their lives are kept by the main thread, which may be busy with
 * other code for long. While its event loop does not turn, and such a control is not settled, the main thread is visited.
 */
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { SharedState } from './shared-state.ts'

/** A loop that does not answer within this is busy. The next look is later, unless something new has come. */
const firstLookMs = 30
const lastLookMs = 250

export interface MainVisits {
  /** Something for a task in a place of its own has been posted to the main thread. */
  posted(): void
  close: Dispose
}

export interface MainVisitsOptions {
  readonly timers: Timers
  readonly shared: SharedState
  /** Has the main thread answer in a turn of its loop, by `shared.setTurned`. */
  readonly askTurn: (question: number) => void
  /** Visits it; it went on before it could be when that gives `false`. */
  readonly visit: (isBusy: () => boolean) => Promise<boolean>
}

export function createMainVisits({ timers, shared, askTurn, visit }: MainVisitsOptions): MainVisits {
  let question = 0
  let unread = false
  let delayMs = firstLookMs
  let timer: Dispose | undefined
  let visiting = false
  let closed = false

  const isBusy = (): boolean => shared.turned() !== question
  const ask = (): void => {
    question += 1
    askTurn(question)
  }
  const lookLater = (): void => {
    if (closed || visiting) return
    timer?.()
    timer = timers.after(delayMs, () => void look())
  }
  const look = async (): Promise<void> => {
    timer = undefined
    if (isBusy()) {
      visiting = true
      unread = false
      const visited = await visit(isBusy)
      visiting = false
      if (!visited) unread = true
    } else unread = false
    if (!unread && shared.placeControls() === 0) return
    if (!isBusy()) ask()
    delayMs = Math.min(lastLookMs, delayMs * 1.5)
    lookLater()
  }
  return {
    posted() {
      unread = true
      delayMs = firstLookMs
      if (!isBusy()) ask()
      lookLater()
    },
    close() {
      closed = true
      timer?.()
    },
  }
}
