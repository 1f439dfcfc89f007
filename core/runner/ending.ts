/**
 * The end of a task: exactly one terminal event, children before parents, then everybody who waited is told.
 * Whatever comes later is a late result or a sign of life.
 */
import { actorText } from '../model/actor.ts'
import { assert } from '../model/assert.ts'
import { briefDuration } from '../model/duration.ts'
import type { Why } from '../model/event.ts'
import type { FailureKind } from '../model/lifecycle.ts'
import type { Mutable } from '../model/mutable.ts'
import { type Outcome, timeoutCode } from '../model/outcome.ts'
import type { ErrorInfo } from '../model/payload.ts'
import { isCancelOf } from './cancel-error.ts'
import { errorInfo, isErrorLike, plainErrorInfo } from './error-info.ts'
import { formatLine, formatValue } from './format-value.ts'
import { dropHolds, settleSteps } from './holding.ts'
import { tryAgain } from './retrying.ts'
import { refuseChanges } from './sys/replace-state.ts'
import type { Cancellation, Settlement, Task } from './task.ts'
import { TaskExit, TaskNotStarted } from './task-errors.ts'
import type { TaskOutcome } from './task-handle.ts'
import { type TransitionDetails, transition } from './transition.ts'

const mostUnobserved = 100

/** Ends a task, then every ancestor that only waited for it. */
export function end(task: Task, outcome: TaskOutcome): void {
  endOne(task, outcome)
  for (let parent = task.parent; parent !== undefined && isWaitedOut(parent); parent = parent.parent) {
    endOne(parent, outcomeOf(parent))
  }
}

function isWaitedOut(parent: Task): boolean {
  return !parent.ended && parent.draining && parent.state !== 'suspended' && parent.children?.size === 0
}

/** The outcome that a task's settlement amounts to, under the cause of its cancellation if there is one. */
export function outcomeOf(task: Task): TaskOutcome {
  const { settlement, cancellation } = task
  assert(settlement !== undefined, `task ${task.id} ends without its function`)
  if (settlement.remote !== undefined) return remoteOutcome(task, settlement.remote, settlement.afterCancel)
  if (cancellation === undefined) return settledOutcome(task, settlement)
  const fixed = fixedOutcome(task, cancellation)
  if (fixed !== undefined) return fixed
  if (settlement.how === 'returned' && task.exit === undefined) {
    return { status: 'completed', value: settlement.value, afterCancelRequest: true }
  }
  // What was thrown before the cancel was asked for (and kept while the task was held) is not its effect.
  if (settlement.afterCancel && task.exit === undefined && isCancelOf(settlement.value, cancellation.error)) {
    return { status: 'cancelled', by: cancellation.by, reason: cancellation.reason }
  }
  const outcome = settledOutcome(task, settlement)
  return settlement.afterCancel && outcome.status === 'failed' ? { ...outcome, duringCancel: true } : outcome
}

/** What its place has made of it, told in the words of the cancellation that was asked for here. */
function remoteOutcome(task: Task, outcome: TaskOutcome, afterCancel: boolean): TaskOutcome {
  const { cancellation } = task
  const fixed = cancellation === undefined ? undefined : fixedOutcome(task, cancellation)
  if (fixed !== undefined || cancellation === undefined || !afterCancel) return fixed ?? outcome
  if (outcome.status === 'completed') return { ...outcome, afterCancelRequest: true }
  if (outcome.status === 'failed') return { ...outcome, duringCancel: true }
  return { status: 'cancelled', by: cancellation.by, reason: cancellation.reason }
}

/** For a timeout and for a supervisor's shutdown the outcome is fixed when the cancellation begins. */
function fixedOutcome(task: Task, cancellation: Cancellation): TaskOutcome | undefined {
  if (cancellation.cause === 'supervisor') {
    return { status: 'cancelled', by: cancellation.by, reason: cancellation.reason }
  }
  if (cancellation.cause !== 'timeout') return undefined
  const limit = task.timeoutMs === undefined ? '' : ` than ${briefDuration(task.timeoutMs)}`
  return failure('timeout', plainErrorInfo('Timeout', `it ran longer${limit}`, timeoutCode))
}

function settledOutcome(task: Task, settlement: Settlement): TaskOutcome {
  if (task.exit !== undefined) return exitOutcome(task.exit)
  if (settlement.how === 'returned') return { status: 'completed', value: settlement.value }
  const thrown = settlement.value
  if (isExit(thrown)) return exitOutcome(thrown)
  return { ...failure(isErrorLike(thrown) ? 'error' : 'throw', errorInfo(thrown)), thrown }
}

function isExit(thrown: unknown): thrown is TaskExit {
  try {
    return thrown instanceof TaskExit
  } catch {
    // A proxy may refuse to say what it is.
    return false
  }
}

function exitOutcome(exit: TaskExit): TaskOutcome {
  const { reason } = exit
  const error = isErrorLike(reason) ? errorInfo(reason) : plainErrorInfo('exit', formatLine(reason))
  return { ...failure('exit', error), thrown: reason }
}

function failure(
  kind: FailureKind,
  error: Extract<TaskOutcome, { status: 'failed' }>['error'],
): Extract<TaskOutcome, { status: 'failed' }> {
  return { status: 'failed', kind, error }
}

/** Ends a task that never ran, because its input or its state could not be made. */
export function failToStart(task: Task, thrown: unknown): void {
  end(task, { ...failure('error', errorInfo(thrown)), thrown })
}

/** Ends a task whose place has ended without its function: by force, by its own code, or for want of memory. */
export function endWithPlace(task: Task, kind: 'killed' | 'exit', error: ErrorInfo): void {
  const { cancellation } = task
  end(task, (cancellation === undefined ? undefined : fixedOutcome(task, cancellation)) ?? failure(kind, error))
}

/**
 * Ends a task that is past its grace. In a place of its own it is ended by force; elsewhere its function may go on, and
 * shows signs of life until it settles.
 */
export function abandon(task: Task, cancellation: Cancellation): void {
  if (task.executor.force !== undefined) {
    task.executor.force(task, undefined)
    return
  }
  const past = briefDuration(task.runner.clock.now() - cancellation.at)
  const outcome =
    fixedOutcome(task, cancellation) ??
    failure('abandoned', plainErrorInfo('Abandoned', `its function did not end within ${past} of the cancel`))
  task.abandoned = true
  task.executor.leave(task)
  end(task, outcome)
}

/** A function that ends after its task did changes nothing; what it brought is kept as a fact. */
export function reportLate(task: Task, settlement: Settlement): void {
  const { runner, cancellation } = task
  const isCancel = cancellation !== undefined && isCancelOf(settlement.value, cancellation.error)
  runner.samples.flush(task)
  if (settlement.how === 'returned') {
    runner.emit({ kind: 'task.late', id: task.id, what: 'result', value: formatValue(settlement.value) })
  } else if (!isCancel) {
    runner.emit({ kind: 'task.late', id: task.id, what: 'error', value: formatValue(errorInfo(settlement.value)) })
  }
  if (!task.abandoned) return
  task.abandoned = false
  runner.emit({ kind: 'task.sign', id: task.id, text: 'its function has ended', settled: true })
}

/** Failures of children that nobody asked for, told when the parent's function has ended and nobody can any more. */
export function reportUnobserved(task: Task): void {
  const { unobserved } = task
  if (unobserved === undefined) return
  task.unobserved = undefined
  for (const child of unobserved.tasks) if (!child.observed) reportUnhandled(child)
  if (unobserved.more > 0) {
    task.runner.emit({
      kind: 'finding',
      finding: {
        rule: 'unhandled-child-failure',
        severity: 'warning',
        node: task.id,
        text: `${unobserved.more} more children of ${task.name} failed and nobody awaited them`,
      },
    })
  }
}

function reportUnhandled(child: Task): void {
  const error = child.result?.status === 'failed' ? child.result.error : undefined
  child.runner.emit({
    kind: 'finding',
    finding: {
      rule: 'unhandled-child-failure',
      severity: 'warning',
      node: child.id,
      text: `${child.name} failed and its parent never awaited it: ${error?.message ?? ''}`,
      ...(error?.stack !== undefined && { evidence: error.stack }),
    },
  })
}

function endOne(task: Task, outcome: TaskOutcome): void {
  const { runner, cancellation } = task
  cancellation?.grace?.()
  reportUnobserved(task)
  settleSteps(task, 'it ended')
  dropHolds(task, 'it ended before it reached a checkpoint')
  refuseChanges(task, 'it ended before it reached a checkpoint')
  if (outcome.status === 'failed') tellLastState(task)
  transition(task, outcome.status, endDetails(outcome, cancellation))
  task.result = outcome
  runner.live.delete(task.id)
  runner.history.add(task.origin)
  task.backoff?.()
  runner.turns.leave(task)
  tryAgain(task, outcome)
  if (cancellation !== undefined) {
    for (const reply of cancellation.replies) reply.effective(effectOf(task, outcome, cancellation))
  }
  if (task.abandoned) runner.emit({ kind: 'task.sign', id: task.id, text: 'its function still runs' })
  // A fixed outcome leaves what the function brought without a place in it.
  if (
    task.settlement?.afterCancel &&
    task.settlement.remote === undefined &&
    cancellation !== undefined &&
    fixedOutcome(task, cancellation) !== undefined
  ) {
    reportLate(task, task.settlement)
  }
  if (!task.begun) task.startedWaiter?.reject(new TaskNotStarted(task.id, endText(outcome)))
  task.outcomeWaiter?.resolve(outcome)
  if (task.parent !== undefined) leaveParent(task, task.parent)
  task.executor.ended?.(task)
  task.onEnded?.(task)
  runner.taskEnded()
}

/** What a failed task leaves behind: its state as it was then. */
function tellLastState(task: Task): void {
  // A place of its own has told it before it told the end.
  const here = task.executor.isolation === 'inline'
  if (!here || !task.begun || task.definition.state === undefined) return
  task.runner.samples.flush(task)
  task.runner.emit({ kind: 'task.live', id: task.id, value: task.executor.liveState(task) })
}

function leaveParent(task: Task, parent: Task): void {
  parent.children?.delete(task)
  if (task.result?.status !== 'failed' || task.observed || task.next !== undefined) return
  const cause = task.cancellation?.cause
  if (cause !== undefined && cause !== 'timeout') return
  if (parent.draining) {
    reportUnhandled(task)
    return
  }
  parent.unobserved ??= { tasks: [], more: 0 }
  if (parent.unobserved.tasks.length < mostUnobserved) parent.unobserved.tasks.push(task)
  else parent.unobserved.more += 1
}

function endDetails(outcome: TaskOutcome, cancellation: Cancellation | undefined): TransitionDetails {
  const details: Mutable<TransitionDetails> = { outcome: toModel(outcome) }
  const by = outcome.status === 'cancelled' ? outcome.by : cancellation?.by
  const why = whyOf(outcome)
  if (by !== undefined) details.by = by
  if (why !== undefined) details.why = why
  if (cancellation?.control !== undefined) details.control = cancellation.control
  return details
}

function whyOf(outcome: TaskOutcome): Why | undefined {
  switch (outcome.status) {
    case 'completed':
      return outcome.afterCancelRequest === true ? { text: 'completed after cancel was requested' } : undefined
    case 'failed':
      return { text: endText(outcome) }
    case 'cancelled':
      return { text: `by ${actorText(outcome.by)}`, detail: outcome.reason }
  }
}

function endText(outcome: TaskOutcome): string {
  if (outcome.status === 'completed') return 'it has completed'
  if (outcome.status === 'cancelled') return `cancelled by ${actorText(outcome.by)}: ${outcome.reason}`
  const { name, message } = outcome.error
  return formatLine(message === '' ? name : `${name}: ${message}`, 200)
}

function effectOf(task: Task, outcome: TaskOutcome, cancellation: Cancellation): string {
  const took = briefDuration(task.runner.clock.now() - cancellation.at)
  if (outcome.status === 'cancelled') return `cancelled after ${took}`
  if (outcome.status === 'completed') return `completed ${took} after cancel was requested`
  return outcome.kind === 'abandoned' ? `abandoned after ${took}, it still runs` : `failed after ${took}`
}

function toModel(outcome: TaskOutcome): Outcome {
  switch (outcome.status) {
    case 'completed': {
      const value = formatValue(outcome.value)
      return outcome.afterCancelRequest === true
        ? { status: 'completed', value, afterCancelRequest: true }
        : { status: 'completed', value }
    }
    case 'failed':
      return {
        status: 'failed',
        kind: outcome.kind,
        error: outcome.error,
        ...(outcome.duringCancel === true && { duringCancel: true }),
      }
    case 'cancelled':
      return outcome
  }
}
