import type { Breakpoint } from '../../model/breakpoint.ts'
import type { Clock, Timers } from '../../model/clock.ts'
import type { SourceId } from '../../model/identity.ts'
import type { EventSink } from '../../model/source.ts'
import type { ProcessPauser } from '../process/process-pauser.ts'
import type { HostLink } from './host-link.ts'
import type { HostDeadlines } from './host-session.ts'
import type { Spawner } from './spawner.ts'

/** Absolute paths of the built files that a host is made of. */
export interface HostEntries {
  readonly host: string
  readonly watchdog: string
  /** What the worker thread and the process of one task are started with. */
  readonly thread: string
  readonly process: string
  /** What `import 'taskscope'` means inside a module. */
  readonly library: string
}

export interface HostOptions {
  readonly source: SourceId
  readonly name: string
  /** Absolute path of the task module. */
  readonly modulePath: string
  readonly entries: HostEntries
  readonly spawner: Spawner
  /** One for all hosts of a process. */
  readonly link: HostLink
  readonly sink: EventSink
  readonly clock: Clock
  readonly timers: Timers
  /** The host's environment; the module's code sees it. */
  readonly env: Readonly<Record<string, string>>
  /** Where tasks are held from the first start on. */
  readonly breakpoints?: readonly Breakpoint[]
  /** The folder of the module by default. */
  readonly cwd?: string
  readonly deadlines?: Partial<HostDeadlines>
  /** By which means processes of single tasks are paused; what the system offers by default. */
  readonly pauser?: ProcessPauser
  /** Crashes within `periodMs` after which a host is started again; one more and it stays down. 3 by default. */
  readonly intensity?: number
  /** Milliseconds; a minute by default. */
  readonly periodMs?: number
}

/** Three crashes in a minute are a mistake that another start will not cure. */
export const defaultHostIntensity = 3
export const defaultHostPeriodMs = 60_000
