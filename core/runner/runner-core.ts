/** What the parts of one runner share. Made by `createTaskRunner`, seen by nothing outside the runner. */
import type { Clock, Timers } from '../model/clock.ts'
import type { ControlRequest } from '../model/control.ts'
import type { NodeId, SourceId, TaskId } from '../model/identity.ts'
import type { Isolation } from '../model/node.ts'
import type { TraceIds } from '../model/span.ts'
import type { Emit } from '../model/stamp.ts'
import type { IdSource } from '../model/trace-ids.ts'
import type { Places } from './concurrency.ts'
import type { ControlReply } from './control-reply.ts'
import type { AnyTaskDefinition } from './define-task.ts'
import type { Executor } from './executor.ts'
import type { History } from './history.ts'
import type { SampleFolder } from './samples.ts'
import type { StartQueue } from './start-queue.ts'
import type { SysBook } from './sys/sys-book.ts'
import type { Task } from './task.ts'

/** Runs `callback` with a span's ids active for the code that it calls. */
export type ActivateSpan = <T>(trace: TraceIds, callback: () => T) => T

export interface RunnerCore {
  readonly source: SourceId
  /** The node under which tasks without a parent are shown. */
  readonly parentNode: NodeId | undefined
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  readonly ids: IdSource
  /** How long a cancelled task may unwind, milliseconds. */
  readonly graceMs: number
  readonly executor: Executor
  /** For tasks whose definition asks for a place of its own; without one they run inline. */
  readonly places: Readonly<Partial<Record<Isolation, Executor>>>
  /** Tasks that live inside the place of another, and the way to them. */
  readonly guests: Map<TaskId, (request: ControlRequest, reply: ControlReply) => void>
  readonly samples: SampleFolder
  readonly starts: StartQueue
  readonly history: History
  readonly sys: SysBook
  /** Which tasks may run at once. */
  readonly turns: Places
  /** From 0 to 1, for jitter. */
  random(): number
  /** Every task that has not ended, in order of creation. */
  readonly live: Map<TaskId, Task>
  /** Called by the clock of `running` when a task's time is over. */
  timedOut(task: Task): void
  /** Called when the last task of a closing runner may have ended. */
  taskEnded(): void
  /** Runs an operation now, or after the event that is just being emitted has been delivered. */
  act(operation: () => void): void
  closed: boolean
  /** The definition that was made last for a bare function. */
  lastBare: AnyTaskDefinition | undefined
}
