/**
 * Cancelling a task and everything under it, in one turn: the whole subtree is closed to new children, signals fire
 * leaves first, nobody waits for a child before its parent's signal fires. Terminal events come children first. What
 * has not ended when the grace is over is abandoned.
 */
import { type Actor, actorText } from '../model/actor.ts'
import type { CancelCause } from '../model/lifecycle.ts'
import type { Mutable } from '../model/mutable.ts'
import type { ControlReply } from './control-reply.ts'
import { endedText } from './ended-text.ts'
import { abandon, end, outcomeOf } from './ending.ts'
import { dropHolds, settleSteps } from './holding.ts'
import { withdrawQuestions } from './questions.ts'
import { refuseChanges } from './sys/replace-state.ts'
import type { Task } from './task.ts'
import { TaskCancelled } from './task-errors.ts'
import { type TransitionDetails, timersOf, transition } from './transition.ts'

export interface CancelWish {
  readonly cause: CancelCause
  /** It is no `terminate_child`: a supervisor may start it again. */
  readonly restarts?: boolean
  readonly by: Actor
  readonly reason: string
  /** Milliseconds until what has not ended is abandoned; the runner's own grace by default. May be infinite. */
  readonly graceMs?: number
}

/** Cancels a task; a second cancel joins the first. */
export function cancel(task: Task, wish: CancelWish, reply?: ControlReply): void {
  if (task.ended) {
    reply?.refused(endedText(task))
    return
  }
  if (task.cancellation !== undefined) {
    if (reply !== undefined) task.cancellation.replies.push(reply)
    return
  }
  const tasks = uncancelled(task)
  let parentError: TaskCancelled | undefined
  for (const member of tasks) {
    if (member === task) {
      beginCancel(member, wish, new TaskCancelled(wish.reason, wish.by, wish.cause), reply)
    } else {
      parentError ??= new TaskCancelled(wish.reason, { kind: 'parent', name: task.name }, 'parent')
      beginCancel(member, parentWish(member, wish), parentError, undefined)
    }
  }
  for (const member of tasks.reverse()) unwind(member)
  if (!task.ended) armGrace(task, wish.graceMs ?? task.runner.graceMs)
}

/** Cancels a task without a grace; what has been left of the grace of an earlier cancel is over, too. */
export function cancelAtOnce(task: Task, wish: Omit<CancelWish, 'graceMs'>): void {
  if (task.ended || task.cancellation === undefined) {
    cancel(task, { ...wish, graceMs: 0 })
    return
  }
  task.cancellation.grace?.()
  task.cancellation.grace = undefined
  abandonRemaining(task)
}

/** Cancels the children of a task whose function threw. */
export function cancelChildren(task: Task): void {
  for (const child of [...(task.children ?? [])]) {
    cancel(child, { cause: 'parent', by: { kind: 'parent', name: task.name }, reason: `${task.name} failed` })
  }
}

function parentWish(member: Task, wish: CancelWish): CancelWish {
  const name = member.parent?.name
  return {
    cause: 'parent',
    by: { kind: 'parent', ...(name !== undefined && { name }) },
    reason: wish.reason,
  }
}

/** A task and its living descendants that are not being cancelled yet, parents before children. */
function uncancelled(root: Task): Task[] {
  const tasks = [root]
  for (const task of tasks) {
    for (const child of task.children ?? []) if (child.cancellation === undefined) tasks.push(child)
  }
  return tasks
}

function beginCancel(task: Task, wish: CancelWish, error: TaskCancelled, reply: ControlReply | undefined): void {
  task.cancellation = {
    cause: wish.cause,
    restarts: wish.restarts === true,
    by: wish.by,
    reason: wish.reason,
    error,
    at: task.runner.clock.now(),
    control: reply?.control,
    replies: reply === undefined ? [] : [reply],
    grace: undefined,
  }
  settleSteps(task, 'it is being cancelled')
  dropHolds(task, 'it was cancelled before it reached a checkpoint')
  withdrawQuestions(task, wish.by)
  refuseChanges(task, 'it was cancelled before it reached a checkpoint')
  // A task that never ran has nothing to unwind.
  if (task.state === 'pending') return
  const details: Mutable<TransitionDetails> = {
    by: wish.by,
    cause: wish.cause,
    why: { text: `by ${actorText(wish.by)}`, detail: wish.reason },
  }
  if (reply?.control !== undefined) details.control = reply.control
  transition(task, 'cancelling', details)
}

/** Lets one member of the subtree end: at once where no code runs, else by its signal. */
function unwind(task: Task): void {
  const { cancellation } = task
  if (cancellation === undefined || task.ended) return
  if (!task.begun) end(task, { status: 'cancelled', by: cancellation.by, reason: cancellation.reason })
  else if (task.settlement === undefined) task.executor.signal(task, cancellation.error)
  else if (task.children === undefined || task.children.size === 0) end(task, outcomeOf(task))
  else task.draining = true
}

function armGrace(task: Task, graceMs: number): void {
  if (task.cancellation === undefined || !Number.isFinite(graceMs)) return
  if (graceMs <= 0) abandonRemaining(task)
  else task.cancellation.grace = timersOf(task).after(graceMs, () => abandonRemaining(task))
}

/** The grace is over: whatever still runs is abandoned, children first; those who only waited end with them. */
function abandonRemaining(root: Task): void {
  const tasks = [root]
  for (const task of tasks) tasks.push(...(task.children ?? []))
  for (const task of tasks.reverse()) {
    if (!task.ended && task.settlement === undefined && task.cancellation !== undefined) {
      abandon(task, task.cancellation)
    }
  }
}
