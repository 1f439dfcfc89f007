import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'

const lookEveryMs = 1000
/** A change of less than this part of the last value told is noise. */
const notablePart = 0.05
const notableMb = 2

/** Tells the resident memory of the process in MB: at most once a second, and only when it has changed notably. */
export function watchMemory(
  timers: Timers,
  report: (memoryMb: number) => void,
  read: () => number = () => process.memoryUsage.rss(),
): Dispose {
  let told = 0
  let timer: Dispose | undefined
  const look = (): void => {
    timer = timers.after(lookEveryMs, look)
    const megabytes = Math.round(read() / 2 ** 20)
    if (Math.abs(megabytes - told) < Math.max(notableMb, told * notablePart)) return
    told = megabytes
    report(megabytes)
  }
  look()
  return () => timer?.()
}
