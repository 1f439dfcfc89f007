/**
 * Suspend, resume and step. A hold is requested at once and takes effect where the task's code next stands inside the
 * runner; only then does the state change. Resume releases the asker's own hold, resume all every hold, and a step
 * runs to the next checkpoint while the holds stay.
 */
import type { Actor } from '../model/actor.ts'
import { actorText } from '../model/actor.ts'
import type { StepEnd } from '../model/control.ts'
import { briefDuration } from '../model/duration.ts'
import type { StackFrame } from '../model/stack.ts'
import type { ControlReply } from './control-reply.ts'
import { endedText } from './ended-text.ts'
import {
  abandonSteps,
  addHold,
  holdingOf,
  holdsTakeEffect,
  isHeld,
  ownersText,
  removeHold,
  sameActor,
  startHeldChildren,
} from './holding.ts'
import { conclude } from './settlement.ts'
import type { HeldEntry, Task } from './task.ts'
import { transition } from './transition.ts'

const beforeStart = 'its start'

/** Asks for a hold. It takes effect at once when the task stands still anyway: pending, asleep, asking, held. */
export function suspend(task: Task, by: Actor, reply?: ControlReply): void {
  const refusal = whyNotHeld(task, by)
  if (refusal !== undefined) {
    reply?.refused(refusal)
    return
  }
  const entry = addHold(task, by, reply)
  const holding = holdingOf(task)
  if (task.state === 'suspended') {
    holdsTakeEffect(task, standingAt(holding.entries, entry))
    return
  }
  if (holding.stepping) return
  const at = task.state === 'pending' ? beforeStart : task.executor.standsAt(task)
  if (at !== undefined) stand(task, at)
  else task.executor.stop?.(task)
}

function whyNotHeld(task: Task, by: Actor): string | undefined {
  if (task.ended) return endedText(task)
  if (task.state === 'cancelling') return 'it is being cancelled'
  if (task.draining) return 'its function has ended, only its children run'
  if (task.holding?.entries.some((entry) => sameActor(entry.hold.owner, by))) return holdsAlready(by)
  return undefined
}

function holdsAlready(by: Actor): string {
  const name = actorText(by)
  return name === 'you' ? 'you hold it already' : `${name} holds it already`
}

function standingAt(entries: readonly HeldEntry[], besides: HeldEntry): string {
  return entries.find((entry) => entry !== besides && entry.hold.at !== undefined)?.hold.at ?? 'where it stood'
}

function placeText(at: string): string {
  return at === beforeStart ? `before ${at}` : `at ${at}`
}

/** The task's code stands at `at` inside the runner and is wanted still: now it is suspended. */
export function stand(task: Task, at: string, stack?: readonly StackFrame[]): void {
  if (task.state === 'suspended' || task.state === 'cancelling' || task.ended || !isHeld(task)) return
  const holding = holdingOf(task)
  const entry = holding.entries.find((candidate) => candidate.reply !== undefined) ?? holding.entries.at(-1)
  holding.from = task.state
  const control = entry?.reply?.control
  transition(task, 'suspended', {
    ...(entry !== undefined && {
      by: entry.hold.owner,
      why: { text: `by ${actorText(entry.hold.owner)}`, detail: placeText(at) },
    }),
    ...(control !== undefined && { control }),
  })
  holdsTakeEffect(task, at, stack)
}

/** Releases `by`'s hold, or with `all` everybody's. */
export function resume(task: Task, by: Actor, all: boolean, reply?: ControlReply): void {
  const holding = task.holding
  if (task.ended || holding === undefined || holding.entries.length === 0) {
    reply?.refused(task.ended ? endedText(task) : 'it is not held')
    return
  }
  const released = all
    ? [...holding.entries]
    : holding.entries.filter((entry) => sameActor(entry.hold.owner, by)).slice(-1)
  if (released.length === 0) {
    reply?.refused(`it is held by ${ownersText(task)}; resume all releases every hold`)
    return
  }
  const effect = releaseText(task, released)
  for (const entry of released.reverse()) removeHold(task, entry, 'released before it took effect')
  if (holding.entries.length === 0) {
    abandonSteps(task)
    if (task.state === 'suspended') goOn(task, by, 'resumed', reply)
    else {
      startHeldChildren(task)
      task.executor.withdraw?.(task)
    }
  }
  reply?.effective(holding.entries.length === 0 ? effect : `${effect}, still held by ${ownersText(task)}`)
}

function releaseText(task: Task, released: readonly HeldEntry[]): string {
  const since = Math.min(...released.map((entry) => entry.hold.effectiveAt ?? Number.POSITIVE_INFINITY))
  if (!Number.isFinite(since)) return 'released before it was held'
  return `held for ${briefDuration(task.runner.clock.now() - since)}`
}

/** Runs a held task to its next checkpoint, or to its next statement where its thread can be stopped there. */
export function step(task: Task, by: Actor, reply?: ControlReply, to: StepEnd = 'checkpoint'): void {
  const refusal = whyNoStep(task) ?? whyNoStatement(task, to)
  if (refusal !== undefined) {
    reply?.refused(refusal)
    return
  }
  const holding = holdingOf(task)
  holding.stepping = true
  holding.stepsTo = to
  if (reply !== undefined) holding.steps.push(reply)
  goOn(task, by, 'stepped', reply)
}

function whyNoStep(task: Task): string | undefined {
  if (task.ended) return endedText(task)
  if (!isHeld(task)) return 'it is not held'
  if (task.holding?.stepping) return 'a step is under way'
  if (task.state !== 'suspended') return 'it is not suspended yet'
  return undefined
}

function whyNoStatement(task: Task, to: StepEnd): string | undefined {
  if (to === 'checkpoint') return undefined
  if (task.executor.holdsBy !== 'debugger') return 'only a task in a thread of its own can be stepped by statements'
  return task.holding?.from === 'pending' ? 'it has no statement to step before its start' : undefined
}

/** From `suspended` back to where it came from, and on if that has passed meanwhile. */
function goOn(task: Task, by: Actor, word: string, reply: ControlReply | undefined): void {
  const { runner } = task
  const from = holdingOf(task).from
  const control = reply?.control
  const details = {
    by,
    why: { text: `${word} by ${actorText(by)}` },
    ...(control !== undefined && { control }),
  }
  transition(task, from, details)
  if (from === 'pending') {
    if (task.backoff === undefined) runner.starts.add(task)
    return
  }
  if (from === 'input_required' && task.questions === undefined) transition(task, 'running', details)
  if (from === 'running' && task.questions !== undefined) transition(task, 'input_required', details)
  if (task.settlement !== undefined) {
    conclude(task)
    return
  }
  startHeldChildren(task)
  task.executor.release(task)
}
