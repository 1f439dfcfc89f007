/** A clock that moves only when told to. Timers that come due fire in order, ties in order of creation. */
import type { Clock, Timers } from '../../core/model/clock.ts'

export interface FakeTime extends Clock, Timers {
  /** Moves time forward by `ms`, firing what comes due; promise callbacks run between two timers. */
  advance(ms: number): Promise<void>
  /** As `advance`, without letting promise callbacks run. */
  advanceSync(ms: number): void
  /** Lets every promise callback that is due run. */
  settle(): Promise<void>
  /** How many timers wait. */
  pending(): number
}

interface Timer {
  readonly due: number
  readonly order: number
  readonly callback: () => void
}

export function createFakeTime(start = 1_700_000_000_000): FakeTime {
  let now = start
  let order = 0
  const timers = new Set<Timer>()

  function next(until: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers) {
      if (timer.due > until) continue
      if (first === undefined || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) {
        first = timer
      }
    }
    return first
  }

  function fire(timer: Timer): void {
    timers.delete(timer)
    now = Math.max(now, timer.due)
    timer.callback()
  }

  return {
    now: () => now,
    after(delayMs, callback) {
      order += 1
      const timer: Timer = { due: now + Math.max(0, delayMs), order, callback }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        fire(timer)
        await settle()
      }
      now = until
    },
    advanceSync(ms) {
      const until = now + ms
      for (let timer = next(until); timer !== undefined; timer = next(until)) fire(timer)
      now = until
    },
    settle,
    pending: () => timers.size,
  }
}

/** A few turns of the event loop: promise callbacks, and what they in turn hand to a later turn, have run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
