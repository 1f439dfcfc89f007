/**
 * Runs one piece of work now and then: soon after it was asked for, never twice within an interval. Needs no clock;
 * the interval is a timer that holds the next turn back.
 */
import type { Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'

export interface Pacer {
  /** Asks for a turn; asking again before it comes changes nothing. */
  request(): void
  close(): void
}

export function createPacer(timers: Timers, intervalMs: number, turn: () => void): Pacer {
  let disarm: Dispose | undefined
  let cooling = false
  let wanted = false
  let closed = false

  function run(): void {
    disarm = timers.after(intervalMs, cooled)
    cooling = true
    wanted = false
    turn()
  }

  function cooled(): void {
    cooling = false
    disarm = undefined
    if (wanted) run()
  }

  return {
    request() {
      if (closed || wanted) return
      wanted = true
      // Not in this turn: what is asked for in one go belongs into one batch.
      if (!cooling) disarm = timers.after(0, run)
    },
    close() {
      closed = true
      disarm?.()
    },
  }
}
