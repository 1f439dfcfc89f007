/** The real clock and timers of this process. Nothing else in core reads a clock or starts a timer by itself. */
import { performance } from 'node:perf_hooks'
import type { Clock, Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'

/** Read once, for it costs more than the time itself. */
const { timeOrigin } = performance

export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
}

/** Node runs a longer delay at once, so longer ones are made of several. */
const longestDelayMs = 2 ** 31 - 1

export const systemTimers: Timers = { after }

function after(delayMs: number, callback: () => void): Dispose {
  if (delayMs > longestDelayMs) {
    let dispose = after(longestDelayMs, () => {
      dispose = after(delayMs - longestDelayMs, callback)
    })
    return () => dispose()
  }
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}
