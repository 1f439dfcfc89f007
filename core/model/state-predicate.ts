/**
 * A question about a task's live state that can be kept and sent as plain data: one value compared with another, or the
 * name of a function that the task's own module exports. Text is never run as code.
 */
import type { JsonScalar } from './state-change.ts'

export const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const

export type Comparison = (typeof comparisons)[number]

export type StatePredicate =
  /** `path`: names joined by dots, from the state itself: `queue.length`. */
  | { readonly path: string; readonly is: Comparison; readonly than: JsonScalar }
  /** A function of the module, called with the state; what it returns counts as yes when it is truthy. */
  | { readonly export: string }

/** Answers a comparison. A path that leads nowhere, or a getter that throws, is `undefined`: only `!=` holds for it. */
export function holdsFor(state: unknown, { path, is, than }: Extract<StatePredicate, { path: string }>): boolean {
  const value = readPath(state, path)
  switch (is) {
    case '==':
      return value === than
    case '!=':
      return value !== than
    default:
      return compare(value, than, is)
  }
}

/** As read: `pages >= 3`, `isStuck()`. */
export function predicateText(predicate: StatePredicate): string {
  if ('export' in predicate) return `${predicate.export}()`
  return `${predicate.path} ${predicate.is} ${JSON.stringify(predicate.than)}`
}

function compare(value: unknown, than: JsonScalar, is: Exclude<Comparison, '==' | '!='>): boolean {
  const numbers = typeof value === 'number' && typeof than === 'number'
  const texts = typeof value === 'string' && typeof than === 'string'
  if (!numbers && !texts) return false
  if (is === '<') return value < than
  if (is === '<=') return value <= than
  return is === '>' ? value > than : value >= than
}

function readPath(state: unknown, path: string): unknown {
  let value = state
  try {
    for (const name of path.split('.')) {
      if ((typeof value !== 'object' && typeof value !== 'string') || value === null) return undefined
      value = (value as Readonly<Record<string, unknown>>)[name]
    }
    return value
  } catch {
    // Whatever a getter of the state throws, the question has no answer.
    return undefined
  }
}
