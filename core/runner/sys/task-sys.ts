/**
 * What is hung on one task for debugging. Made when something first is, so a task that nobody debugs pays one field.
 */
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { DebugHook, DebugSettings } from '../../model/task-debug.ts'
import type { DebugFunction } from './debug-function.ts'
import type { EventFile } from './event-file.ts'
import type { EventLog } from './event-log.ts'
import type { PendingChange, Undo } from './state-access.ts'

/** A breakpoint that fits a task, and whether it has been met: some hold only once, or only when they come true. */
export interface ActiveBreakpoint {
  readonly breakpoint: Breakpoint
  met: boolean
}

/** A debug function at work. */
export interface InstalledHook {
  readonly id: string
  /** As read in a list. */
  readonly text: string
  readonly hook: DebugHook | undefined
  readonly call: DebugFunction | undefined
  /** Kept by the function between two events. */
  state: unknown
  /** An assertion that is broken and has been told. */
  told: boolean
  /** Faults that are left to be thrown. */
  left: number
}

export class TaskSys {
  breakpoints: ActiveBreakpoint[] = []
  readonly hooks = new Map<string, InstalledHook>()
  trace = false
  log: EventLog | undefined = undefined
  file: EventFile | undefined = undefined
  /** Changes of the state that wait for its next checkpoint. */
  readonly changes: PendingChange[] = []
  undo: Undo | undefined = undefined
  /** Its start, and its end, have been broken on: they are not held a second time. */
  startPassed = false
  endPassed = false
  /** Takes it from the list of tasks whose events are listened to. */
  unlisten: Dispose | undefined = undefined

  settings(): DebugSettings {
    return {
      trace: this.trace,
      logSize: this.log?.size ?? 0,
      ...(this.file !== undefined && { file: this.file.path }),
      hooks: [...this.hooks.values()].map(({ id, text }) => ({ id, text })),
    }
  }

  /** Whether its events are of any interest. */
  listens(): boolean {
    return this.log !== undefined || this.file !== undefined || [...this.hooks.values()].some(hasFunction)
  }
}

function hasFunction(hook: InstalledHook): boolean {
  return hook.call !== undefined
}
