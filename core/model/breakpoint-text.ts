/** Reads a breakpoint as a person types it. The words are data: nothing of them is ever run. */
import type { BreakOn, Breakpoint, BreakScope, BreakState } from './breakpoint.ts'
import { nodeId } from './identity.ts'
import type { Mutable } from './mutable.ts'
import type { JsonScalar } from './state-change.ts'
import { type Comparison, comparisons } from './state-predicate.ts'

export type ReadBreakpoint =
  | { readonly ok: true; readonly value: Pick<Breakpoint, 'on' | 'scope'> }
  /** One sentence. */
  | { readonly ok: false; readonly problem: string }

/** What can be typed, for help texts. */
export const breakpointGrammar =
  'start | checkpoint [LABEL] | progress >= N | error | enters running|input_required|completed | state PATH OP VALUE | state FUNCTION(), then [in NAME] [labelled LABEL] [under ID]'

/**
 * Reads `start`, `checkpoint page 41`, `progress >= 50`, `error`, `enters completed`, `state queue.length > 3`,
 * `state isStuck()`, each perhaps followed by ` in NAME`, ` labelled LABEL` and ` under ID`, in this order.
 */
export function parseBreakpoint(text: string): ReadBreakpoint {
  const { rest, scope } = takeScope(text.trim())
  const on = readOn(rest)
  if (typeof on === 'string') return { ok: false, problem: on }
  return { ok: true, value: Object.keys(scope).length === 0 ? { on } : { on, scope } }
}

function takeScope(text: string): { readonly rest: string; readonly scope: BreakScope } {
  const scope: Mutable<BreakScope> = {}
  let rest = text
  const take = (word: string): string | undefined => {
    const at = rest.lastIndexOf(` ${word} `)
    if (at < 0) return undefined
    const value = rest.slice(at + word.length + 2).trim()
    if (value === '') return undefined
    rest = rest.slice(0, at).trim()
    return value
  }
  const under = take('under')
  if (under !== undefined) scope.under = nodeId(under)
  const label = take('labelled')
  if (label !== undefined) scope.label = label
  const name = take('in')
  if (name !== undefined) scope.name = name
  return { rest, scope }
}

function readOn(text: string): BreakOn | string {
  const space = text.indexOf(' ')
  const word = space < 0 ? text : text.slice(0, space)
  const rest = space < 0 ? '' : text.slice(space + 1).trim()
  switch (word) {
    case 'start':
    case 'error':
      return rest === '' ? { kind: word } : `${word} takes nothing more, "${rest}" is too much`
    case 'checkpoint':
      return rest === '' ? { kind: 'checkpoint' } : { kind: 'checkpoint', label: rest }
    case 'progress': {
      const value = /^>=\s*(-?\d+(?:\.\d+)?)$/.exec(rest)?.[1]
      return value === undefined
        ? 'progress is written as: progress >= 50'
        : { kind: 'progress', atLeast: Number(value) }
    }
    case 'enters':
      return isBreakState(rest) ? { kind: 'transition', to: rest } : 'enters takes running, input_required or completed'
    case 'state':
      return readState(rest)
    default:
      return `a breakpoint begins with start, checkpoint, progress, error, enters or state, not "${word}"`
  }
}

function isBreakState(text: string): text is BreakState {
  return text === 'running' || text === 'input_required' || text === 'completed'
}

function readState(text: string): BreakOn | string {
  const called = /^([A-Za-z_$][\w$]*)\(\)$/.exec(text)?.[1]
  if (called !== undefined) return { kind: 'state', when: { export: called } }
  const match = /^([\w$.[\]-]+)\s*(==|!=|<=|>=|<|>)\s*(.+)$/.exec(text)
  const [, path, is, value] = match ?? []
  if (path === undefined || value === undefined || !isComparison(is)) {
    return 'state is written as: state pages >= 3, or: state isStuck()'
  }
  const than = readScalar(value.trim())
  if (than === undefined) return `"${value.trim()}" is no number, "text", true, false or null`
  return { kind: 'state', when: { path, is, than } }
}

function isComparison(text: string | undefined): text is Comparison {
  return comparisons.some((each) => each === text)
}

function readScalar(text: string): JsonScalar | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? undefined : (value as JsonScalar)
  } catch {
    return undefined
  }
}
