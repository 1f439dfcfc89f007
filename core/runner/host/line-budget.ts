/**
 * How many log lines may pass: a burst is let through up to a limit per second, the rest is counted and told with the
 * next line that passes. Memory and the link stay bounded whatever a module prints.
 */
import type { Clock } from '../../model/clock.ts'

const linesPerSecond = 500

export interface LineBudget {
  /** Whether one more line may pass; if so, how many were dropped before it. */
  take(): { readonly pass: true; readonly dropped: number } | { readonly pass: false }
  /** Lines dropped and not told yet; resets the count. */
  dropped(): number
}

export function createLineBudget(clock: Clock, limit: number = linesPerSecond): LineBudget {
  let since = Number.NEGATIVE_INFINITY
  let used = 0
  let dropped = 0
  const collect = (): number => {
    const count = dropped
    dropped = 0
    return count
  }
  return {
    take() {
      const now = clock.now()
      if (now - since >= 1000) {
        since = now
        used = 0
      }
      if (used >= limit) {
        dropped += 1
        return { pass: false }
      }
      used += 1
      return { pass: true, dropped: collect() }
    },
    dropped: collect,
  }
}
