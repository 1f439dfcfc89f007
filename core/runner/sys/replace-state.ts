/**
 * `replace_state`: a change of a task's live state from outside, at once where its code stands still and else at its
 * next checkpoint, so the code never sees half of it. A change that throws leaves the state as it was.
 */
import type { Actor } from '../../model/actor.ts'
import type { ControlReply } from '../control-reply.ts'
import { endedText } from '../ended-text.ts'
import { errorInfo } from '../error-info.ts'
import { formatLine, formatValue } from '../format-value.ts'
import type { Task } from '../task.ts'
import { changeState, type PendingChange, type StateWish } from './state-access.ts'
import { sysOf } from './sys-of.ts'

export function replaceState(task: Task, wish: StateWish, by: Actor, reply?: ControlReply): void {
  const refusal = whyNot(task)
  if (refusal !== undefined) {
    reply?.refused(refusal)
    return
  }
  const change: PendingChange = { wish, by, reply }
  if (task.state === 'suspended' || task.executor.standsAt(task) !== undefined) apply(task, change)
  else sysOf(task).changes.push(change)
}

function whyNot(task: Task): string | undefined {
  if (task.ended) return endedText(task)
  if (task.state === 'cancelling') return 'it is being cancelled'
  if (!task.begun) return 'it has not started'
  if (task.settlement !== undefined) return 'its function has ended'
  return undefined
}

/** The code has come to a checkpoint. */
export function applyChanges(task: Task): void {
  for (const change of task.sys?.changes.splice(0) ?? []) apply(task, change)
}

/** No checkpoint will come any more. */
export function refuseChanges(task: Task, reason: string): void {
  for (const change of task.sys?.changes.splice(0) ?? []) change.reply?.refused(reason)
}

function apply(task: Task, { wish, by, reply }: PendingChange): void {
  const { runner } = task
  const sys = sysOf(task)
  task.liveState ??= {}
  const before = formatValue(task.liveState)
  try {
    const changed = changeState(task.liveState, wish, sys.undo)
    task.liveState = changed.state
    sys.undo = changed.undo
  } catch (thrown) {
    const { name, message } = errorInfo(thrown)
    const text = name === 'NothingToUndo' ? message : `the state is unchanged, the change threw ${name}: ${message}`
    reply?.refused(formatLine(text, 300))
    return
  }
  runner.samples.flush(task)
  runner.emit({
    kind: 'task.replaced',
    id: task.id,
    by,
    before,
    after: formatValue(task.liveState),
    ...('undo' in wish && { undo: true as const }),
    ...(reply?.control !== undefined && { control: reply.control }),
  })
  const at = task.executor.standsAt(task)
  reply?.effective(at === undefined ? 'at its checkpoint' : `while it stood at ${at}`)
}
