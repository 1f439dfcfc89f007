/** Several readers in one second share a reading: a shorter time says little. Milliseconds. */
const shortestMs = 1000

/**
 * Makes a reader of the share of one processor that something used lately, 0 to 1, or more where several of its threads
 * were busy. The event loop's own account is of no use for this: Electron's main process polls it from outside.
 * @param now a monotonic time; `cpuMs` what has been used by then; both in milliseconds since any moment.
 */
export function createCpuShare(now: () => number, cpuMs: () => number): () => number {
  let at = now()
  let used = cpuMs()
  let share = 0
  return () => {
    const passed = now() - at
    if (passed < shortestMs) return share
    const usedNow = cpuMs()
    share = Math.max(0, usedNow - used) / passed
    at += passed
    used = usedNow
    return share
  }
}
