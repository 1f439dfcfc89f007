import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/**
 * Makes a reader of the processor time of the main thread, milliseconds since some moment: as the kernel counts it on
 * Linux, elsewhere the time in which its event loop did not wait.
 */
export function mainThreadTime(): { readonly by: 'schedstat' | 'event loop'; readonly read: () => number } {
  const file = `/proc/${process.pid}/task/${process.pid}/schedstat`
  try {
    readFileSync(file)
    return { by: 'schedstat', read: () => Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 }
  } catch {
    return { by: 'event loop', read: () => performance.eventLoopUtilization().active }
  }
}
