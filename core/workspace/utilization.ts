import { performance } from 'node:perf_hooks'

/** Makes a reader of the share of time, 0 to 1, in which this thread's event loop was busy since it was last read. */
export function createUtilization(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}
