/** The breakpoints of a runner: set, removed, and worked out for each task when it is made and when they change. */
import { type Breakpoint, fits, mostBreakpoints } from '../../model/breakpoint.ts'
import type { NodeId } from '../../model/identity.ts'
import type { RunnerCore } from '../runner-core.ts'
import { exportOfBreak } from '../sys/hooks.ts'
import { sysOf } from '../sys/sys-of.ts'
import type { Task } from '../task.ts'

/** Keeps a breakpoint, also for tasks that live already. Gives why not, when it cannot. */
export function setBreakpoint(runner: RunnerCore, breakpoint: Breakpoint): string | undefined {
  const { breakpoints } = runner.sys
  const name = exportOfBreak(breakpoint.on)
  if (name !== undefined && runner.sys.functionOf(name) === undefined) return `the module exports no function ${name}`
  if (!breakpoints.has(breakpoint.id) && breakpoints.size >= mostBreakpoints) {
    return `${mostBreakpoints} breakpoints are set already`
  }
  breakpoints.set(breakpoint.id, breakpoint)
  for (const task of runner.live.values()) {
    drop(task, breakpoint.id)
    if (isInScope(task, breakpoint)) sysOf(task).breakpoints.push({ breakpoint, met: false })
    task.executor.setBreakpoint?.(task, breakpoint)
  }
  return undefined
}

/** `false` when there is none of that id. Holds that it has caused stay until they are released. */
export function removeBreakpoint(runner: RunnerCore, id: string): boolean {
  if (!runner.sys.breakpoints.delete(id)) return false
  for (const task of runner.live.values()) {
    drop(task, id)
    task.executor.removeBreakpoint?.(task, id)
  }
  return true
}

/** Gives a new task the breakpoints that fit it. */
export function adoptBreakpoints(task: Task): void {
  const { breakpoints } = task.runner.sys
  if (breakpoints.size === 0) return
  for (const breakpoint of breakpoints.values()) {
    if (isInScope(task, breakpoint)) sysOf(task).breakpoints.push({ breakpoint, met: false })
  }
}

/**
 * A breakpoint as the place of a task needs to know it, for the task and for the children inside. The place knows of
 * nothing above the task.
 */
export function breakpointInside(task: Task, breakpoint: Breakpoint): Breakpoint {
  const { scope } = breakpoint
  if (scope?.under === undefined || !isUnder(task, scope.under)) return breakpoint
  const { under: _under, ...rest } = scope
  return { ...breakpoint, scope: rest }
}

function drop(task: Task, id: string): void {
  const { sys } = task
  if (sys === undefined || sys.hooks.has(id)) return
  sys.breakpoints = sys.breakpoints.filter(({ breakpoint }) => breakpoint.id !== id)
}

function isInScope(task: Task, { scope }: Breakpoint): boolean {
  if (scope === undefined) return true
  if (scope.name !== undefined && scope.name !== task.name && scope.name !== task.definition.name) return false
  if (scope.label !== undefined && !fits(scope.label, task.label)) return false
  return scope.under === undefined || isUnder(task, scope.under)
}

/** A task is under itself, its parents, their supervisors and theirs; a further attempt is where its first one was. */
export function isUnder(task: Task, id: NodeId): boolean {
  for (let each: Task | undefined = task; each !== undefined; each = each.parent) {
    if (each.id === id || each.chain === id) return true
    const node = each.parentNode
    if (each.parent === undefined && node !== undefined && (node === id || node.startsWith(`${id}/`))) return true
  }
  return false
}
