/**
 * Timers that can be caught up with: where the event loop does not turn, whoever has the thread for a moment runs those
 * that have come due meanwhile.
 */
import type { Clock, Timers } from '../../model/clock.ts'

export interface DueTimers extends Timers {
  /** Calls back everything that is due, in the order in which it came due. */
  runDue(): void
}

export function createDueTimers(timers: Timers, clock: Clock): DueTimers {
  const open = new Set<{ readonly dueAt: number; readonly run: () => void }>()
  return {
    after(delayMs, callback) {
      const dispose = timers.after(delayMs, () => timer.run())
      const timer = {
        dueAt: clock.now() + delayMs,
        run() {
          dispose()
          // Disposed by another one that was due with it.
          if (open.delete(timer)) callback()
        },
      }
      open.add(timer)
      return () => {
        dispose()
        open.delete(timer)
      }
    },
    runDue() {
      const now = clock.now()
      const due = [...open].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt)
      for (const { run } of due) run()
    },
  }
}
