/**
 * Where tasks of a module are to be held by themselves: plain data, set by a person or a program that drives
 * Taskscope, never by what was opened. The host's owner keeps them, so they outlive every process of the host.
 */
import type { NodeId } from './identity.ts'
import type { LifecycleState } from './lifecycle.ts'
import { predicateText, type StatePredicate } from './state-predicate.ts'

/** The states at whose entry a task can be held. */
export type BreakState = Extract<LifecycleState, 'running' | 'input_required' | 'completed'>

export type BreakOn =
  /** Before the first statement, the check of the input and the making of the state. */
  | { readonly kind: 'start' }
  /** `running` is the same as `start`; `completed` holds a task whose function has returned. */
  | { readonly kind: 'transition'; readonly to: BreakState }
  /** At a checkpoint; `label` may end in `*`, none means any. */
  | { readonly kind: 'checkpoint'; readonly label?: string }
  /** At the next checkpoint after `current` has reached this. Once per task. */
  | { readonly kind: 'progress'; readonly atLeast: number }
  /** Its function has thrown, and the task would fail now. */
  | { readonly kind: 'error' }
  /** At the first checkpoint at which it holds, and again each time that it holds anew. */
  | { readonly kind: 'state'; readonly when: StatePredicate }

/** Which tasks; everything given must fit. Nothing given means every task of the host. */
export interface BreakScope {
  readonly name?: string
  /** May end in `*`. */
  readonly label?: string
  /** The task or supervisor at the top; it and everything under it. */
  readonly under?: NodeId
}

export interface Breakpoint {
  readonly id: string
  readonly on: BreakOn
  readonly scope?: BreakScope
}

/** At most this many breakpoints per host. */
export const mostBreakpoints = 100

/** Whether a text fits a pattern: the same, or the same start where the pattern ends in `*`. */
export function fits(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true
  if (text === undefined) return false
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern
}

/** When it holds, as read after "breakpoint": `checkpoint page 41`, `progress >= 50`. */
export function breakOnText(on: BreakOn): string {
  switch (on.kind) {
    case 'start':
      return 'start'
    case 'transition':
      return `enters ${on.to}`
    case 'checkpoint':
      return on.label === undefined ? 'checkpoint' : `checkpoint ${on.label}`
    case 'progress':
      return `progress >= ${on.atLeast}`
    case 'error':
      return 'error'
    case 'state':
      return `state ${predicateText(on.when)}`
  }
}

/** Whole, in the words that `parseBreakpoint` reads: `checkpoint page 41 in crawl`. */
export function breakpointText({ on, scope }: Pick<Breakpoint, 'on' | 'scope'>): string {
  return [
    breakOnText(on),
    scope?.name === undefined ? '' : ` in ${scope.name}`,
    scope?.label === undefined ? '' : ` labelled ${scope.label}`,
    scope?.under === undefined ? '' : ` under ${scope.under}`,
  ].join('')
}
