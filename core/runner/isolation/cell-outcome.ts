/** The outcome of a task as it crosses from its cell to its runner, and back into what the runner knows. */
import type { ErrorInfo } from '../../model/payload.ts'
import { plainErrorInfo } from '../error-info.ts'
import type { TaskOutcome } from '../task-handle.ts'
import type { CellOutcome } from './cell-messages.ts'

export function toCellOutcome(outcome: TaskOutcome): CellOutcome {
  switch (outcome.status) {
    case 'completed':
      return { status: 'completed', value: outcome.value }
    case 'cancelled':
      return { status: 'cancelled' }
    case 'failed': {
      const { kind, error } = outcome
      // An Error travels as what is known of it: a clone would lose its name and everything of its own.
      if (kind !== 'throw') return { status: 'failed', kind, error }
      return { status: 'failed', kind, error, thrown: { value: outcome.thrown } }
    }
  }
}

/** What is said instead of an outcome with a value that cannot be cloned. */
export function uncloneable(outcome: CellOutcome, reason: string): CellOutcome {
  if (outcome.status === 'failed') return { status: 'failed', kind: outcome.kind, error: outcome.error }
  const error = plainErrorInfo('DataCloneError', `its result cannot leave the place where it ran: ${reason}`)
  return { status: 'failed', kind: 'error', error }
}

export function fromCellOutcome(outcome: CellOutcome): TaskOutcome {
  switch (outcome.status) {
    case 'completed':
      return outcome
    case 'cancelled':
      // Only reached when its code was cancelled by nobody whom its runner knows.
      return { status: 'cancelled', by: { kind: 'source' }, reason: 'cancelled inside its place' }
    case 'failed': {
      const { kind, error, thrown } = outcome
      return { status: 'failed', kind, error, thrown: thrown === undefined ? revive(error) : thrown.value }
    }
  }
}

/** An Error that reads like the one that was thrown. */
function revive(info: ErrorInfo): Error {
  const error = new Error(info.message, info.cause === undefined ? undefined : { cause: revive(info.cause) })
  error.name = info.name
  if (info.stack !== undefined) error.stack = info.stack
  return info.code === undefined ? error : Object.assign(error, { code: info.code })
}
