/**
 * Where breakpoints take hold. A hit is a hold like any other, owned by the breakpoint: it is released, stepped and
 * cancelled the same way, and it costs nothing where no breakpoint fits.
 */
import type { Actor } from '../../model/actor.ts'
import { type Breakpoint, type BreakState, breakpointText, fits } from '../../model/breakpoint.ts'
import { outcomeOf } from '../ending.ts'
import { isHeld } from '../holding.ts'
import { stand, suspend } from '../suspension.ts'
import { answers } from '../sys/hooks.ts'
import { sysOf } from '../sys/sys-of.ts'
import type { ActiveBreakpoint } from '../sys/task-sys.ts'
import type { Task } from '../task.ts'

/** The owner of the holds of a breakpoint. */
export function breakpointActor(breakpoint: Pick<Breakpoint, 'on' | 'scope'>): Actor {
  return { kind: 'breakpoint', name: `breakpoint ${breakpointText({ on: breakpoint.on })}` }
}

/** Holds a pending task before anything of it runs. `true` when it does. */
export function breakBeforeStart(task: Task): boolean {
  const { sys } = task
  if (sys === undefined || sys.startPassed) return false
  const hit = sys.breakpoints.find(({ breakpoint: { on } }) => on.kind === 'start' || entersState(on, 'running'))
  sys.startPassed = true
  if (hit === undefined) return false
  suspend(task, breakpointActor(hit.breakpoint))
  return task.state === 'suspended'
}

/** Asks for a hold at this checkpoint; the caller then looks whether the task is held. */
export function breakAtCheckpoint(task: Task, label: string): void {
  for (const active of task.sys?.breakpoints ?? []) {
    const { on } = active.breakpoint
    if (on.kind === 'checkpoint' && fits(on.label, label)) suspend(task, breakpointActor(active.breakpoint))
    if (on.kind === 'state') {
      const holds = answers(task, on.when)
      if (holds && !active.met) suspend(task, breakpointActor(active.breakpoint))
      active.met = holds
    }
  }
}

/** Asks for a hold once the progress has come so far. */
export function breakOnProgress(task: Task, current: number): void {
  for (const active of task.sys?.breakpoints ?? []) {
    const { on } = active.breakpoint
    if (on.kind === 'progress' && !active.met && current >= on.atLeast) meet(task, active)
  }
}

/** Holds a task that has just asked a question, where it stands. */
export function breakOnQuestion(task: Task): void {
  for (const active of task.sys?.breakpoints ?? []) {
    if (entersState(active.breakpoint.on, 'input_required')) suspend(task, breakpointActor(active.breakpoint))
  }
}

/**
 * Holds a task whose function has ended before that becomes its outcome: it fails, or completes, when it is released.
 * `true` when it is held.
 */
export function breakBeforeEnd(task: Task): boolean {
  const sys = sysOf(task)
  if (sys.endPassed || task.state === 'cancelling' || task.settlement === undefined) return false
  const { status } = outcomeOf(task)
  const hit = sys.breakpoints.find(({ breakpoint: { on } }) =>
    status === 'failed' ? on.kind === 'error' : status === 'completed' && entersState(on, 'completed'),
  )
  if (hit === undefined) return false
  sys.endPassed = true
  suspend(task, breakpointActor(hit.breakpoint))
  if (isHeld(task)) stand(task, status === 'failed' ? 'its error' : 'its end')
  return (task as { readonly state: Task['state'] }).state === 'suspended'
}

function meet(task: Task, active: ActiveBreakpoint): void {
  active.met = true
  suspend(task, breakpointActor(active.breakpoint))
}

function entersState(on: Breakpoint['on'], state: BreakState): boolean {
  return on.kind === 'transition' && on.to === state
}
