import type { StateInterval } from '../model/detail.ts'
import { isTerminal } from '../model/lifecycle.ts'
import type { Mutable } from '../model/mutable.ts'
import type { Entry, TaskPart } from './entry.ts'

/** The stay that a task is in, up to `to` when it ends; a wait carries its cause. */
export function presentInterval(entry: Entry, part: TaskPart, to?: number): StateInterval {
  const { state, stateAt: from } = part
  // Two are kept of every task: one made in one go has no store of its own for what was added.
  const interval: Mutable<StateInterval> = to === undefined ? { state, from } : { state, from, to }
  if (part.state === 'running' || isTerminal(part.state)) return interval
  if (entry.why !== undefined) interval.why = entry.why
  if (part.stateBy !== undefined) interval.by = part.stateBy
  return interval
}
