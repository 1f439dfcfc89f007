/**
 * Changes a live state where it lies, so that code which holds the object sees the change. All or nothing: when a
 * setter throws, what was there before is put back and the state is as it was.
 */

import type { Actor } from '../../model/actor.ts'
import { mergePatch, type StateChange } from '../../model/state-change.ts'
import type { ControlReply } from '../control-reply.ts'

/** Makes the next state from the present one. Throws to leave it alone. */
export type StateFunction = (state: unknown) => unknown

export type StateWish = StateChange | { readonly by: StateFunction }

export interface PendingChange {
  readonly wish: StateWish
  readonly by: Actor
  readonly reply: ControlReply | undefined
}

/** The values that a change replaced, by key; the whole state where it was replaced whole. */
export type Undo = { readonly whole: unknown } | { readonly keys: ReadonlyMap<string, PropertyDescriptor | undefined> }

export interface Changed {
  readonly state: unknown
  readonly undo: Undo
}

/** Thrown when there is nothing to take back. */
export class NothingToUndo extends Error {
  override readonly name = 'NothingToUndo'
}

/** Carries out one change. Throws what the state's own code threw, after everything is as it was. */
export function changeState(state: unknown, wish: StateWish, undo: Undo | undefined): Changed {
  if ('undo' in wish) {
    if (undo === undefined) throw new NothingToUndo('no change is left to take back')
    return 'whole' in undo ? { state: undo.whole, undo: { whole: state } } : restoreKeys(state, undo.keys)
  }
  const next = nextState(state, wish)
  if (next === state) return { state, undo: { keys: new Map() } }
  if (!isKeyed(state) || !isKeyed(next)) return { state: next, undo: { whole: state } }
  return { state, undo: { keys: assignKeys(state, next) } }
}

function nextState(state: unknown, wish: Exclude<StateWish, { readonly undo: true }>): unknown {
  if ('by' in wish) return wish.by(state)
  if ('set' in wish) return structuredClone(wish.set)
  return isKeyed(state) ? patched(state, wish.patch) : mergePatch(state, structuredClone(wish.patch))
}

/** Only what the patch names is looked at: a state may hold what no JSON can. */
function patched(state: Record<string, unknown>, patch: unknown): unknown {
  return mergePatch(state, structuredClone(patch))
}

/** Makes the own enumerable keys of `target` those of `source`. Gives what they replaced. */
function assignKeys(
  target: Record<string, unknown>,
  source: Record<string, unknown>,
): ReadonlyMap<string, PropertyDescriptor | undefined> {
  const replaced = new Map<string, PropertyDescriptor | undefined>()
  try {
    for (const key of new Set([...Object.keys(target), ...Object.keys(source)])) {
      const before = Object.getOwnPropertyDescriptor(target, key)
      if (!Object.hasOwn(source, key)) {
        replaced.set(key, before)
        if (!Reflect.deleteProperty(target, key)) throw new TypeError(`${key} cannot be taken out`)
        continue
      }
      if (before !== undefined && 'value' in before && before.value === source[key]) continue
      replaced.set(key, kept(target, key, before))
      put(target, key, source[key])
    }
  } catch (thrown) {
    putBack(target, replaced)
    throw thrown
  }
  return replaced
}

/** A value behind a setter is put back through it. */
function kept(
  target: Record<string, unknown>,
  key: string,
  before: PropertyDescriptor | undefined,
): PropertyDescriptor | undefined {
  if (before === undefined || 'value' in before) return before
  return { value: target[key], enumerable: true }
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key in target && key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

function restoreKeys(state: unknown, keys: ReadonlyMap<string, PropertyDescriptor | undefined>): Changed {
  if (!isKeyed(state)) throw new NothingToUndo('the state is another kind of value now')
  const next: Record<string, unknown> = { ...state }
  for (const [key, before] of keys) {
    if (before === undefined) delete next[key]
    else Object.defineProperty(next, key, { value: before.value, writable: true, enumerable: true, configurable: true })
  }
  return { state, undo: { keys: assignKeys(state, next) } }
}

function putBack(target: Record<string, unknown>, replaced: ReadonlyMap<string, PropertyDescriptor | undefined>): void {
  for (const [key, before] of replaced) {
    const present = Object.getOwnPropertyDescriptor(target, key)
    try {
      if (before === undefined) Reflect.deleteProperty(target, key)
      else if (present !== undefined && !('value' in present)) target[key] = before.value
      else Object.defineProperty(target, key, before)
    } catch {
      // The setter that refused the change may refuse its own old value, which then never left.
    }
  }
}

function isKeyed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
