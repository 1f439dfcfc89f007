/**
 * The one way in which a task's state changes: the lifecycle table is asked, folded samples are flushed, the clock of
 * `running` is stopped or started, and the fact is emitted, in this order.
 */
import { assert } from '../model/assert.ts'
import type { TaskTransition } from '../model/event.ts'
import type { LifecycleState } from '../model/lifecycle.ts'
import { whyForbidden } from '../model/lifecycle.ts'
import type { Mutable } from '../model/mutable.ts'
import type { Task } from './task.ts'

export type TransitionDetails = Pick<TaskTransition, 'by' | 'why' | 'control' | 'cause' | 'outcome'>

const noDetails: TransitionDetails = {}

/** Changes a task's state. A transition that the table forbids is a bug of the runner and throws. */
export function transition(task: Task, to: LifecycleState, details: TransitionDetails = noDetails): void {
  const from = task.state
  const refusal = whyForbidden(from, to, factsOf(task, details))
  assert(refusal === undefined, `task ${task.id}: ${refusal}`)
  const { runner } = task
  runner.samples.flush(task)
  const at = runner.clock.now()
  if (from === 'running') stopClock(task, at)
  task.state = to
  if (to === 'running') startClock(task, at)
  const event: Mutable<TaskTransition> = { kind: 'task.state', id: task.id, from, to }
  if (details.by !== undefined) event.by = details.by
  if (details.why !== undefined) event.why = details.why
  if (details.control !== undefined) event.control = details.control
  if (details.cause !== undefined) event.cause = details.cause
  if (details.outcome !== undefined) event.outcome = details.outcome
  runner.emit(event, at)
}

function factsOf(task: Task, details: TransitionDetails): Parameters<typeof whyForbidden>[2] {
  const failure = details.outcome?.status === 'failed' ? details.outcome.kind : undefined
  const heldFrom = task.state === 'suspended' ? task.holding?.from : undefined
  if (failure === undefined && heldFrom === undefined) return undefined
  return { ...(failure !== undefined && { failure }), ...(heldFrom !== undefined && { heldFrom }) }
}

function startClock(task: Task, at: number): void {
  task.runningSince = at
  task.startedAt ??= at
  if (task.timeoutMs === undefined) return
  const left = Math.max(0, task.timeoutMs - task.runningMs)
  task.timeout = task.runner.timers.after(left, () => task.runner.timedOut(task))
}

function stopClock(task: Task, at: number): void {
  task.runningMs += at - task.runningSince
  task.timeout?.()
  task.timeout = undefined
}
