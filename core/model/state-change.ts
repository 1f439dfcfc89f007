/** How a task's live state is changed from outside, and what a change amounts to. Plain data and pure functions. */
import type { Payload } from './payload.ts'

export type JsonScalar = string | number | boolean | null

/** What is to become of the state. Values are plain JSON. */
export type StateChange =
  /** The whole state. */
  | { readonly set: unknown }
  /** A JSON merge patch (https://www.rfc-editor.org/rfc/rfc7396): `null` takes a key out. */
  | { readonly patch: unknown }
  /** Puts back what the newest change replaced. */
  | { readonly undo: true }

/** One place at which two states differ. A side that has no such place leaves its text out. */
export interface StateDifference {
  /** Names joined by dots; empty for the state as a whole. */
  readonly path: string
  readonly before?: string
  readonly after?: string
}

const mostDifferences = 200
const deepest = 20

/** Applies a JSON merge patch to a plain value and gives the result; the arguments stay as they are. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else define(merged, key, mergePatch(merged[key], value))
  }
  return merged
}

/** Where two formatted states differ, at most 200 places; states that are no whole JSON are compared as texts. */
export function diffStates(before: Payload, after: Payload): readonly StateDifference[] {
  const one = parsed(before)
  const other = parsed(after)
  if (one === undefined || other === undefined) {
    return before.text === after.text ? [] : [{ path: '', before: before.text, after: after.text }]
  }
  const differences: StateDifference[] = []
  collect(one.value, other.value, '', 0, differences)
  return differences
}

function collect(before: unknown, after: unknown, path: string, depth: number, found: StateDifference[]): void {
  if (found.length >= mostDifferences) return
  const alike = (isObject(before) && isObject(after)) || (Array.isArray(before) && Array.isArray(after))
  if (!alike || depth >= deepest) {
    const one = JSON.stringify(before)
    const other = JSON.stringify(after)
    if (one !== other) {
      found.push({
        path,
        ...(one !== undefined && { before: one }),
        ...(other !== undefined && { after: other }),
      })
    }
    return
  }
  const first = before as Readonly<Record<string, unknown>>
  const second = after as Readonly<Record<string, unknown>>
  for (const key of new Set([...Object.keys(first), ...Object.keys(second)])) {
    collect(first[key], second[key], path === '' ? key : `${path}.${key}`, depth + 1, found)
  }
}

function parsed(payload: Payload): { readonly value: unknown } | undefined {
  if (payload.format !== 'json' || payload.truncated) return undefined
  try {
    return { value: JSON.parse(payload.text) }
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `__proto__` is a key like any other. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}
