/**
 * Counts frames that took longer than 50 ms. The browser measures them itself, so watching costs nothing while nothing
 * moves: https://w3c.github.io/long-animation-frames/
 */
import type { Dispose } from '../../core/model/dispose.ts'

/** What was slow is told at most this often, milliseconds. */
const tellEveryMs = 1000

export interface SlowFrameSurroundings {
  /** Calls back for every slow frame with its length in milliseconds. */
  readonly observe: (slow: (lengthMs: number) => void) => Dispose
  readonly after: (delayMs: number, callback: () => void) => Dispose
}

/** Tells how many frames were slow since it last told, and the length of the longest, until disposed. */
export function watchSlowFrames(
  tell: (count: number, longestMs: number) => void,
  { observe, after }: SlowFrameSurroundings,
): Dispose {
  let count = 0
  let longestMs = 0
  let stopTelling: Dispose | undefined

  const stopObserving = observe((lengthMs) => {
    count += 1
    longestMs = Math.max(longestMs, lengthMs)
    stopTelling ??= after(tellEveryMs, () => {
      stopTelling = undefined
      tell(count, longestMs)
      count = 0
      longestMs = 0
    })
  })

  return () => {
    stopObserving()
    stopTelling?.()
  }
}

/** The frames of this page. A browser without the measurement sees none. */
export function observeSlowFrames(slow: (lengthMs: number) => void): Dispose {
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) slow(duration)
  })
  observer.observe({ type: 'long-animation-frame' })
  return () => observer.disconnect()
}
