/** When a failed task is tried again by itself, and how long each further attempt waits. */
import type { FailureKind } from '../model/lifecycle.ts'
import type { ErrorInfo } from '../model/payload.ts'

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
