/**
 * Trying again by itself: a task whose definition says so becomes a further, linked attempt after it has failed. The
 * attempt is there at once, pending, and says how long it waits; so it can be seen, held and cancelled meanwhile.
 */

import { briefDuration } from '../model/duration.ts'
import type { FailureKind } from '../model/lifecycle.ts'
import type { ErrorInfo } from '../model/payload.ts'
import { retry } from './attempts.ts'
import { formatLine } from './format-value.ts'
import { endedTaskOf } from './history.ts'
import type { Task } from './task.ts'
import type { TaskOutcome } from './task-handle.ts'

/** A failure as `retryOn` sees it. */
export interface RetryFailure {
  readonly kind: FailureKind
  readonly error: ErrorInfo
  /** What was thrown, as it was; absent when nothing was. */
  readonly thrown?: unknown
  /** The attempt that failed; the first is 1. */
  readonly attempt: number
}

export interface RetryPolicy {
  /** How many attempts there are at most, the first one included. */
  readonly attempts: number
  /** The wait before the second attempt, milliseconds. 1000 by default. */
  readonly backoffMs?: number
  /** By which each further wait is longer than the one before. 2 by default. */
  readonly factor?: number
  /** The longest wait, milliseconds. 60 000 by default. */
  readonly maxBackoffMs?: number
  /** By which fraction of itself a wait may be shorter or longer, at random: 0 to 1. 0.1 by default. */
  readonly jitter?: number
  /** Whether to try again after this failure. By default after `error`, `throw`, `exit` and `timeout`. */
  readonly retryOn?: (failure: RetryFailure) => boolean
}

const retriedKinds: readonly FailureKind[] = ['error', 'throw', 'exit', 'timeout']

/** Throws a `TypeError` for what cannot be a policy. */
export function checkRetryPolicy(task: string, policy: RetryPolicy): void {
  const { attempts, backoffMs = 0, factor = 1, maxBackoffMs = 0, jitter = 0 } = policy
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new TypeError(`retry.attempts of task ${task} must be 1 or more`)
  if (!(backoffMs >= 0) || !(maxBackoffMs >= 0)) throw new TypeError(`the backoff of task ${task} must be 0 ms or more`)
  if (!(factor >= 1)) throw new TypeError(`retry.factor of task ${task} must be 1 or more`)
  if (!(jitter >= 0 && jitter <= 1)) throw new TypeError(`retry.jitter of task ${task} must be between 0 and 1`)
}

/**
 * The wait before the attempt that follows `attempt`, milliseconds.
 * @param random from 0 to 1
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: number): number {
  const { backoffMs: first = 1000, factor = 2, maxBackoffMs = 60_000, jitter = 0.1 } = policy
  const wait = Math.min(first * factor ** (attempt - 1), maxBackoffMs)
  return Math.round(wait * (1 + jitter * (2 * random - 1)))
}

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
  const next = retry(runner, task.id, endedTaskOf(task), {
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
