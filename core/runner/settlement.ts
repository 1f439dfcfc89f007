/**
 * What follows when a task's function ends. A suspended task keeps its end to itself until it is released; children
 * that still live are waited for (`draining`), or cancelled first when the function threw.
 */
import { breakBeforeEnd } from './breakpoints/break-at.ts'
import { cancelChildren } from './cancellation.ts'
import { end, outcomeOf, reportLate, reportUnobserved } from './ending.ts'
import { dropHolds, settleSteps, startHeldChildren } from './holding.ts'
import { withdrawQuestions } from './questions.ts'
import type { Settlement, Task } from './task.ts'
import type { TaskOutcome } from './task-handle.ts'
import { transition } from './transition.ts'

/** The executor reports how the function ended: once per task, however late. */
export function functionEnded(task: Task, how: Settlement['how'], value: unknown, remote?: TaskOutcome): void {
  task.executor.leave(task)
  const afterCancel = task.cancellation !== undefined
  const settlement: Settlement =
    remote === undefined ? { how, value, afterCancel } : { how, value, afterCancel, remote }
  if (task.ended) {
    reportLate(task, settlement)
    return
  }
  task.settlement = settlement
  if (task.state !== 'suspended') conclude(task)
}

/** Draws the consequences of the settlement of a task that is not held. */
export function conclude(task: Task): void {
  if (task.sys !== undefined && breakBeforeEnd(task)) return
  if (task.state !== 'cancelling') {
    withdrawQuestions(task, { kind: 'source' })
    if (task.state === 'input_required') {
      transition(task, 'running', { why: { text: 'its function ended without the answer' } })
    }
    settleSteps(task, 'it ended')
    dropHolds(task, 'its function ended before it reached a checkpoint')
    if (task.settlement?.how === 'returned') startHeldChildren(task)
  }
  reportUnobserved(task)
  if (task.children === undefined || task.children.size === 0) {
    end(task, outcomeOf(task))
    return
  }
  task.draining = true
  if (task.state !== 'cancelling') {
    const detail = `${task.children.size} ${task.children.size === 1 ? 'child runs' : 'children run'} still`
    task.runner.emit({
      kind: 'task.changed',
      id: task.id,
      phase: 'draining',
      why: { text: 'its function has ended', detail },
    })
  }
  if (task.settlement?.how === 'threw') cancelChildren(task)
}
