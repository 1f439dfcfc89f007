/** Debug functions: hung on a task, looked at with every checkpoint, taken off. */
import { type BreakOn, breakOnText, fits } from '../../model/breakpoint.ts'
import { holdsFor, predicateText, type StatePredicate } from '../../model/state-predicate.ts'
import type { DebugHook } from '../../model/task-debug.ts'
import { suspend } from '../suspension.ts'
import type { Task } from '../task.ts'
import { AssertionBroken, InjectedFault } from '../task-errors.ts'
import type { DebugFunction } from './debug-function.ts'
import { sysOf } from './sys-of.ts'
import type { InstalledHook } from './task-sys.ts'

/** Hangs a debug function on a task. Gives why not, when it cannot. */
export function installHook(task: Task, hook: DebugHook): string | undefined {
  const missing = missingExport(task, hook)
  if (missing !== undefined) return `its module exports no function ${missing}`
  removeHook(task, hook.id)
  const elsewhere = task.executor.install !== undefined
  if (hook.kind === 'breakpoint' && !elsewhere) {
    sysOf(task).breakpoints.push({ breakpoint: { id: hook.id, on: hook.on }, met: false })
  }
  add(task, {
    id: hook.id,
    text: hookText(hook),
    hook,
    call: hook.kind === 'function' && !elsewhere ? moduleFunction(task, hook.export) : undefined,
    state: undefined,
    told: false,
    left: hook.kind === 'fault' ? (hook.times ?? 1) : 0,
  })
  task.executor.install?.(task, hook)
  return undefined
}

/** Hangs a function of the program itself on a task. */
export function installFunction(task: Task, id: string, call: DebugFunction, state: unknown): void {
  add(task, {
    id,
    text: `function ${call.name === '' ? id : call.name}`,
    hook: undefined,
    call,
    state,
    told: false,
    left: 0,
  })
}

/** `false` when there is none of that id. */
export function removeHook(task: Task, id: string): boolean {
  const { sys } = task
  if (sys === undefined) return false
  sys.breakpoints = sys.breakpoints.filter(({ breakpoint }) => breakpoint.id !== id || !isHook(task, id))
  const removed = sys.hooks.delete(id)
  if (removed) task.executor.uninstall?.(task, id)
  task.runner.sys.listen(task)
  return removed
}

function isHook(task: Task, id: string): boolean {
  return task.sys?.hooks.get(id)?.hook?.kind === 'breakpoint'
}

function add(task: Task, hook: InstalledHook): void {
  sysOf(task).hooks.set(hook.id, hook)
  task.runner.sys.listen(task)
}

/** What assertions and faults make of a checkpoint: an error that it has to throw, or nothing. */
export function hooksAtCheckpoint(task: Task, label: string): Error | undefined {
  let error: Error | undefined
  for (const installed of task.sys?.hooks.values() ?? []) {
    const { hook } = installed
    if (hook?.kind === 'fault' && installed.left > 0 && fits(hook.at, label)) {
      installed.left -= 1
      error ??= new InjectedFault(hook.message)
    }
    if (hook?.kind === 'assertion') error ??= assertion(task, installed, hook)
  }
  return error
}

function assertion(
  task: Task,
  installed: InstalledHook,
  hook: Extract<DebugHook, { kind: 'assertion' }>,
): Error | undefined {
  const holds = answers(task, hook.holds)
  const news = !holds && !installed.told
  installed.told = !holds
  if (!news) return undefined
  const text = `${predicateText(hook.holds)} does not hold`
  if (hook.otherwise === 'fail') return new AssertionBroken(text)
  if (hook.otherwise === 'suspend')
    suspend(task, { kind: 'breakpoint', name: `assertion ${predicateText(hook.holds)}` })
  task.runner.emit({
    kind: 'finding',
    finding: { rule: 'assertion', severity: 'warning', node: task.id, text: `${task.name}: ${text}` },
  })
  return undefined
}

/** Answers a question about a task's state. What its function throws counts as no. */
export function answers(task: Task, predicate: StatePredicate): boolean {
  if (!('export' in predicate)) return holdsFor(task.liveState, predicate)
  try {
    return Boolean(task.runner.sys.functionOf(predicate.export)?.(task.liveState))
  } catch {
    return false
  }
}

function moduleFunction(task: Task, name: string): DebugFunction | undefined {
  const call = task.runner.sys.functionOf(name)
  return call === undefined ? undefined : (_memory, event, state) => call(event, state)
}

/** The export that a hook or breakpoint names and the module has not. */
function missingExport(task: Task, hook: DebugHook): string | undefined {
  const name = exportOf(hook)
  return name === undefined || task.runner.sys.functionOf(name) !== undefined ? undefined : name
}

function exportOf(hook: DebugHook): string | undefined {
  switch (hook.kind) {
    case 'function':
      return hook.export
    case 'assertion':
      return 'export' in hook.holds ? hook.holds.export : undefined
    case 'breakpoint':
      return exportOfBreak(hook.on)
    case 'fault':
      return undefined
  }
}

export function exportOfBreak(on: BreakOn): string | undefined {
  return on.kind === 'state' && 'export' in on.when ? on.when.export : undefined
}

function hookText(hook: DebugHook): string {
  switch (hook.kind) {
    case 'breakpoint':
      return `breakpoint ${breakOnText(hook.on)}`
    case 'assertion':
      return `assertion ${predicateText(hook.holds)}`
    case 'fault':
      return `fault ${hook.message}${hook.at === undefined ? '' : ` at ${hook.at}`}`
    case 'function':
      return `function ${hook.export}`
  }
}
