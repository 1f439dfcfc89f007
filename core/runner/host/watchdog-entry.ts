/** The worker thread that `host-entry` starts; see `watchdog.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../model/assert.ts'
import { systemClock, systemTimers } from '../../system/system-clock.ts'
import { startWatchdog } from './watchdog.ts'
import type { WatchdogData } from './watchdog-messages.ts'

assert(parentPort !== null, 'the watchdog runs in a worker thread')
startWatchdog({
  data: workerData as WatchdogData,
  port: parentPort,
  clock: systemClock,
  timers: systemTimers,
  ownFolder: new URL('.', import.meta.url).href,
})
