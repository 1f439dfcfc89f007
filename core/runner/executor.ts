/**
 * The port between a task's lifecycle and the place where its function runs. The lifecycle decides states and emits;
 * an executor runs, holds, signals, and reports back through `functionEnded` and `stand`.
 */
import type { Capabilities } from '../model/capability.ts'
import type { Isolation } from '../model/node.ts'
import type { Payload } from '../model/payload.ts'
import type { Task } from './task.ts'
import type { TaskCancelled } from './task-errors.ts'

export interface Executor {
  readonly isolation: Isolation
  readonly capabilities: Capabilities
  /** Calls the function. It is reported back once, however it ends. */
  run(task: Task): void
  /** Where the task's code stands waiting inside the runner, if it does: there a hold takes effect at once. */
  standsAt(task: Task): string | undefined
  /** Lets the code go on from where it stands. */
  release(task: Task): void
  /** The function has ended, or is given up: clocks and places to stand that it left behind are let go. */
  leave(task: Task): void
  /** Tells the code to unwind. Runs the code's own abort listeners before it returns. */
  signal(task: Task, error: TaskCancelled): void
  /** The task's live state as it is now. */
  liveState(task: Task): Payload
}
