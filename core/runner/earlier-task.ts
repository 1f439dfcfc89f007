/** Running a task again that ended in an earlier process: this runner never knew it, but its owner remembers it. */
import { type Actor, actorText } from '../model/actor.ts'
import type { ControlId, TaskId } from '../model/identity.ts'
import type { TraceIds } from '../model/span.ts'
import type { AnyTaskDefinition } from './define-task.ts'
import type { RunnerCore } from './runner-core.ts'
import { createTask } from './spawning.ts'
import type { Task } from './task.ts'

/** What is remembered of it: plain data, as it crosses processes. */
export interface EarlierTask {
  readonly id: TaskId
  /** The name by which its module offers it. */
  readonly name: string
  /** Plain JSON. */
  readonly input: unknown
  /** The first attempt of its chain. */
  readonly chain: TaskId
  /** The number of the attempt that is to be made. */
  readonly attempt: number
  readonly trace: TraceIds
}

/** Makes the next attempt and queues it for its start. */
export function runEarlier(
  runner: RunnerCore,
  definition: AnyTaskDefinition,
  earlier: EarlierTask,
  wish: { readonly by: Actor; readonly control: ControlId },
): Task {
  const { chain, attempt } = earlier
  const task = createTask(runner, {
    definition,
    input: earlier.input,
    options: { id: `${chain}#${attempt}`, why: { text: `run again by ${actorText(wish.by)}` }, control: wish.control },
    again: { attempt, chain, retryOf: earlier.id, trace: { ...earlier.trace, spanId: runner.ids.spanId() } },
  })
  runner.starts.add(task)
  return task
}
