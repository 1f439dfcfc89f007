/** Which task the running code belongs to: how a host finds the task behind a console line or a rejection. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { LogLine } from '../model/event.ts'
import type { TaskId } from '../model/identity.ts'
import type { TraceIds } from '../model/span.ts'

export interface CurrentTask {
  readonly id: TaskId
  readonly name: string
  readonly trace: TraceIds
  /** Shows a line under the task; folded with others of the same 16 ms. */
  writeLine(line: LogLine): void
}

/** One for the process, so that code of any runner finds its own task. */
export const taskStorage = new AsyncLocalStorage<CurrentTask>()

/** The task whose code is running, or `undefined` outside any. */
export function currentTask(): CurrentTask | undefined {
  return taskStorage.getStore()
}
