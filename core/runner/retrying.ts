/**
 * Trying again by itself: a task whose definition says so becomes a further, linked attempt after it has failed. The
 * attempt is there at once, pending, and says how long it waits; so it can be seen, held and cancelled meanwhile.
 */
import { briefDuration } from '../model/duration.ts'
import type { FailureKind } from '../model/lifecycle.ts'
import { retry } from './attempts.ts'
import { formatLine } from './format-value.ts'
import { backoffMs, type RetryPolicy } from './retry-policy.ts'
import type { Task } from './task.ts'
import type { TaskOutcome } from './task-handle.ts'

const retriedKinds: readonly FailureKind[] = ['error', 'throw', 'exit', 'timeout']

/** Makes the next attempt of a task that has just failed, when its policy wants one. */
export function tryAgain(task: Task, outcome: TaskOutcome): void {
  // A supervisor, or whoever else waits for the end of this very attempt, asks for the next one itself.
  if (task.onEnded === undefined) nextTry(task, outcome, task.attempt)
}

/**
 * The next attempt of a task that has just failed; `undefined` when its policy wants none.
 * @param tries how often it has been tried so far
 */
export function nextTry(task: Task, outcome: TaskOutcome, tries: number): Task | undefined {
  const { definition, runner } = task
  const policy = definition.retry
  if (policy === undefined || outcome.status !== 'failed' || runner.closed) return undefined
  if (tries >= policy.attempts || !isRetried(task, policy, outcome)) return undefined
  const waitMs = backoffMs(policy, tries, runner.random())
  const { name, message } = outcome.error
  const cause = formatLine(message === '' ? name : `${name}: ${message}`, 200)
  const next = retry(runner, task.id, task.origin, {
    by: { kind: 'source' },
    why: {
      text: `attempt ${tries + 1} of ${policy.attempts} in ${briefDuration(waitMs)}`,
      detail: `after ${cause}`,
    },
    startInMs: waitMs,
  })
  next.observed = task.observed
  task.next = next
  return next
}

function isRetried(
  task: Task,
  { retryOn }: RetryPolicy,
  { kind, error, thrown }: Extract<TaskOutcome, { status: 'failed' }>,
): boolean {
  // What a person, a parent or a supervisor ended is not to come back by itself.
  if (task.cancellation !== undefined && task.cancellation.cause !== 'timeout') return false
  if (retryOn === undefined) return retriedKinds.includes(kind)
  try {
    return retryOn({ kind, error, attempt: task.attempt, ...(thrown !== undefined && { thrown }) })
  } catch (wrong) {
    task.runner.emit({
      kind: 'finding',
      finding: {
        rule: 'retry-on',
        severity: 'warning',
        node: task.id,
        text: `retryOn of ${task.definition.name} threw, so it is not tried again: ${formatLine(wrong, 200)}`,
      },
    })
    return false
  }
}
