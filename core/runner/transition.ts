/**
 * The one way in which a task's state changes: the lifecycle table is asked, folded samples are flushed, the clock of
 * `running` is stopped or started, and the fact is emitted, in this order.
 */
import { assert } from '../model/assert.ts'
import type { Timers } from '../model/clock.ts'
import { eventVersion, type TaskTransition } from '../model/event.ts'
import type { SourceId, TaskId } from '../model/identity.ts'
import type { LifecycleState } from '../model/lifecycle.ts'
import { whyForbidden } from '../model/lifecycle.ts'
import type { Mutable } from '../model/mutable.ts'
import type { Outcome } from '../model/outcome.ts'
import type { BlankEvent } from '../model/stamp.ts'
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
  const event = blankTransition(runner.source, at, task.id, from, to, details.outcome)
  if (details.by !== undefined) event.by = details.by
  if (details.why !== undefined) event.why = details.why
  if (details.control !== undefined) event.control = details.control
  if (details.cause !== undefined) event.cause = details.cause
  runner.emit(event, at)
}

/** Made in one go, outcome and all: a field that is added later gets a store of its own. */
function blankTransition(
  source: SourceId,
  at: number,
  id: TaskId,
  from: LifecycleState,
  to: LifecycleState,
  outcome: Outcome | undefined,
): Mutable<BlankEvent<TaskTransition>> {
  const kind = 'task.state'
  return outcome === undefined
    ? { v: eventVersion, source, seq: 0, at, kind, id, from, to }
    : { v: eventVersion, source, seq: 0, at, kind, id, from, to, outcome }
}

function factsOf(task: Task, details: TransitionDetails): Parameters<typeof whyForbidden>[2] {
  const failure = details.outcome?.status === 'failed' ? details.outcome.kind : undefined
  const heldFrom = task.state === 'suspended' ? task.holding?.from : undefined
  if (failure === undefined && heldFrom === undefined) return undefined
  return { ...(failure !== undefined && { failure }), ...(heldFrom !== undefined && { heldFrom }) }
}

/** Which timers the clocks of a task run on. */
export function timersOf(task: Task): Timers {
  return task.executor.timers ?? task.runner.timers
}

function startClock(task: Task, at: number): void {
  task.runningSince = at
  task.startedAt ??= at
  if (task.timeoutMs !== undefined) armTimeout(task, task.timeoutMs - task.runningMs)
}

/** By itself, because a function that makes another one has a scope made each time it is called. */
function armTimeout(task: Task, leftMs: number): void {
  task.timeout = timersOf(task).after(Math.max(0, leftMs), () => task.runner.timedOut(task))
}

function stopClock(task: Task, at: number): void {
  task.runningMs += at - task.runningSince
  task.timeout?.()
  task.timeout = undefined
}
