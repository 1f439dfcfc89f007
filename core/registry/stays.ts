/**
 * A task's stays in states. Most tasks only wait and then run: these two stays follow from when it was created, started
 * and ended, and are kept on no list. The list is made with the first stay that does not follow.
 */
import type { StateInterval } from '../model/detail.ts'
import type { TaskTransition } from '../model/event.ts'
import { isTerminal } from '../model/lifecycle.ts'
import type { Mutable } from '../model/mutable.ts'
import { type Entry, historyOf, type TaskPart } from './entry.ts'
import { ringOf } from './history.ts'

type Transition = TaskTransition & { readonly at: number }

/** Books the stay that a transition ends. Clocks of peers may go back; a stay never lasts less than nothing. */
export function endStay(entry: Entry, part: TaskPart, event: Transition): void {
  const spent = Math.max(0, event.at - part.stateAt)
  if (part.state === 'running') part.runningMs += spent
  if (part.state === 'suspended') part.suspendedMs += spent
  if (part.state === 'input_required') part.inputMs += spent
  if (entry.history?.intervals === undefined && follows(entry, part, event)) return
  const earlier = entry.history?.intervals === undefined ? followingStays(entry, part) : []
  const stays = ringOf(historyOf(entry), 'intervals')
  for (const stay of earlier) stays.push(stay)
  stays.push(presentStay(entry, part, part.stateAt + spent))
}

/** The stays that are over, and the present one while the task lives. */
export function staysOf(entry: Entry): StateInterval[] {
  const { part } = entry
  if (part.form !== 'task') return []
  const over = entry.history?.intervals?.toArray() ?? followingStays(entry, part)
  if (!isTerminal(part.state)) over.push(presentStay(entry, part))
  return over
}

/** Whether `followingStays` will tell the stay that ends, of a task without a list. */
function follows(entry: Entry, part: TaskPart, { at, to }: Transition): boolean {
  if (at < part.stateAt) return false
  if (part.state === 'running') return isTerminal(to) && part.startedAt === part.stateAt
  if (part.state !== 'pending' || to !== 'running' || part.created === undefined) return false
  return part.stateAt === entry.createdAt && entry.why === undefined && part.stateBy === undefined
}

function followingStays(entry: Entry, { state, stateAt, startedAt }: TaskPart): StateInterval[] {
  if (startedAt === undefined) return []
  const pending: StateInterval = { state: 'pending', from: entry.createdAt, to: startedAt }
  return isTerminal(state) ? [pending, { state: 'running', from: startedAt, to: stateAt }] : [pending]
}

/** The stay that a task is in, up to `to` when it ends; a wait carries its cause. */
function presentStay(entry: Entry, part: TaskPart, to?: number): StateInterval {
  const { state, stateAt: from } = part
  const stay: Mutable<StateInterval> = to === undefined ? { state, from } : { state, from, to }
  if (part.state === 'running' || isTerminal(part.state)) return stay
  if (entry.why !== undefined) stay.why = entry.why
  if (part.stateBy !== undefined) stay.by = part.stateBy
  return stay
}
