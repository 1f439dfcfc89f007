/** The worker thread that `host-entry` starts; see `watchdog.ts`. */
import { workerData } from 'node:worker_threads'
import { systemClock, systemTimers } from '../../system/system-clock.ts'
import { startWatchdog } from './watchdog.ts'
import type { WatchdogData } from './watchdog-messages.ts'

startWatchdog({
  data: workerData as WatchdogData,
  clock: systemClock,
  timers: systemTimers,
  ownFolder: new URL('.', import.meta.url).href,
})
