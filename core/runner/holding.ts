/** The holds on a task: who wants it to stand still, and where it stands. Changes of state are made elsewhere. */
import type { Actor } from '../model/actor.ts'
import { actorText } from '../model/actor.ts'
import type { Hold } from '../model/hold.ts'
import type { StackFrame } from '../model/stack.ts'
import type { ControlReply } from './control-reply.ts'
import type { HeldEntry, Holding, Task } from './task.ts'

export function sameActor(a: Actor, b: Actor): boolean {
  return a.kind === b.kind && a.name === b.name
}

/** Whether the next checkpoint holds the task. */
export function isHeld(task: Task): boolean {
  return task.holding !== undefined && task.holding.entries.length > 0
}

export function holdingOf(task: Task): Holding {
  task.holding ??= {
    entries: [],
    stepping: false,
    stepsTo: 'checkpoint',
    steps: [],
    from: task.state,
    heldStarts: [],
    count: 0,
  }
  return task.holding
}

/** Adds a hold that has not taken effect yet. */
export function addHold(task: Task, owner: Actor, reply: ControlReply | undefined): HeldEntry {
  const { runner } = task
  const hold: Hold = {
    id: reply?.control ?? `hold-${runner.ids.taskId()}`,
    owner,
    how: task.executor.holdsBy,
    requestedAt: runner.clock.now(),
  }
  const entry: HeldEntry = { hold, reply }
  holdingOf(task).entries.push(entry)
  runner.emit({ kind: 'task.hold', id: task.id, hold })
  return entry
}

/** The task stands still: every hold has taken effect, and those who asked are told where. */
export function holdsTakeEffect(task: Task, at: string, stack?: readonly StackFrame[]): void {
  const { holding, runner } = task
  if (holding === undefined) return
  const now = runner.clock.now()
  if (holding.entries.some((entry) => entry.hold.effectiveAt === undefined)) holding.count += 1
  for (const entry of holding.entries) {
    entry.hold = { ...entry.hold, effectiveAt: entry.hold.effectiveAt ?? now, at }
    runner.emit({ kind: 'task.hold', id: task.id, hold: entry.hold, ...(stack !== undefined && { stack }) })
    entry.reply?.effective(`at ${at}`)
    entry.reply = undefined
  }
  settleSteps(task, `at ${at}`)
}

/** Every step that was under way has arrived. */
export function settleSteps(task: Task, effect: string): void {
  const { holding } = task
  if (holding === undefined) return
  holding.stepping = false
  for (const step of holding.steps.splice(0)) step.effective(effect)
}

/** Takes one hold away; a wish that had not taken effect is refused with `reason`. */
export function removeHold(task: Task, entry: HeldEntry, reason: string): void {
  const { holding, runner } = task
  const index = holding?.entries.indexOf(entry) ?? -1
  if (holding === undefined || index < 0) return
  holding.entries.splice(index, 1)
  runner.emit({ kind: 'task.released', id: task.id, holdId: entry.hold.id })
  entry.reply?.refused(reason)
}

/** Takes every hold away, because the task is being cancelled or its function has ended. */
export function dropHolds(task: Task, reason: string): void {
  const entries = task.holding?.entries
  for (let entry = entries?.at(-1); entry !== undefined; entry = entries?.at(-1)) removeHold(task, entry, reason)
}

/** The names of those who hold a task, as read: "you and the breakpoint". */
export function ownersText(task: Task): string {
  return (task.holding?.entries ?? []).map((entry) => actorText(entry.hold.owner)).join(' and ')
}

/** No checkpoint will end the steps that are under way, because every hold was released. */
export function abandonSteps(task: Task): void {
  const { holding } = task
  if (holding === undefined) return
  holding.stepping = false
  for (const step of holding.steps.splice(0)) step.refused('released before it reached the next checkpoint')
}

/** Children that were spawned while their parent was wanted still start with it. */
export function startHeldChildren(task: Task): void {
  for (const child of task.holding?.heldStarts.splice(0) ?? []) task.runner.starts.add(child)
}
