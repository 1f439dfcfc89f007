/**
 * The port between a task's lifecycle and the place where its function runs. The lifecycle decides states and emits;
 * an executor runs, holds, signals, and reports back through `functionEnded` and `stand`. What only a place of its own
 * can do (be stopped in the middle, be ended) is optional.
 */
import type { Actor } from '../model/actor.ts'
import type { Breakpoint } from '../model/breakpoint.ts'
import type { Capabilities } from '../model/capability.ts'
import type { Timers } from '../model/clock.ts'
import type { ControlRequest } from '../model/control.ts'
import type { Hold } from '../model/hold.ts'
import type { Isolation } from '../model/node.ts'
import type { Payload } from '../model/payload.ts'
import type { StateChange } from '../model/state-change.ts'
import type { DebugHook } from '../model/task-debug.ts'
import type { ControlReply } from './control-reply.ts'
import type { Task } from './task.ts'
import type { TaskCancelled } from './task-errors.ts'

/** A live state that lies in another place. */
export interface RemoteState {
  /** Rejects with an Error that says why it cannot be had. */
  copy(task: Task): Promise<unknown>
  change(task: Task, change: StateChange, by: Actor, reply: ControlReply): void
}

export interface Executor {
  readonly isolation: Isolation
  readonly capabilities: Capabilities
  /** By which means a hold takes effect. */
  readonly holdsBy: Hold['how']
  /** For the clocks of its tasks, instead of the runner's. */
  readonly timers?: Timers | undefined
  /** Calls the function. It is reported back once, however it ends. */
  run(task: Task): void
  /** Where the task's code stands waiting inside the runner, if it does: there a hold takes effect at once. */
  standsAt(task: Task): string | undefined
  /** Lets the code go on from where it stands. */
  release(task: Task): void
  /** The function has ended, or is given up: clocks and places to stand that it left behind are let go. */
  leave(task: Task): void
  /** Tells the code to unwind. Runs the code's own abort listeners before it returns, where they share its thread. */
  signal(task: Task, error: TaskCancelled): void
  /** The task's live state as it is now. */
  liveState(task: Task): Payload
  /**
   * Makes the place ready before the function is called; the task is pending meanwhile. `proceed` is called once,
   * later, unless the task cannot start: then it has been ended.
   */
  admit?(task: Task, proceed: () => void): void
  /** Stops the code wherever it is, and reports it through `stand`. */
  stop?(task: Task): void
  /** Nobody wants it to stop any more, and it does not stand yet. */
  withdraw?(task: Task): void
  /** Ends the code for certain; the task ends when it is gone. `by` is absent when its grace is over. */
  force?(task: Task, by: Actor | undefined, reply?: ControlReply): void
  /** Whether the place tells every single checkpoint and progress of the task, instead of folding them. */
  trace?(task: Task, on: boolean): void
  /** A breakpoint of the runner is new, or another than before, or gone: the place looks at it with its own code. */
  setBreakpoint?(task: Task, breakpoint: Breakpoint): void
  removeBreakpoint?(task: Task, id: string): void
  /** Hangs a debug function on the task, or takes it off, where its code runs; here it is only listed. */
  install?(task: Task, hook: DebugHook): void
  uninstall?(task: Task, id: string): void
  /** Asks a state that lives elsewhere. Absent where it lies here. */
  readonly remoteState?: RemoteState
  /** Takes a control that only the place can carry out. Gives `false` when it is the lifecycle's own. */
  control?(task: Task, request: ControlRequest, reply: ControlReply): boolean
  /** The task has ended, whether or not its function was ever called. */
  ended?(task: Task): void
  /** Resolves when no place is left. Nothing may be started any more. */
  close?(): Promise<void>
}
