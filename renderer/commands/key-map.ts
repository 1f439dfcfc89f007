/** From a pressed key to a command. Pure but for reading the event. */
import type { Command, CommandContext } from './command.ts'

/** What of a keyboard event decides. */
export interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** Where the focus was. `text`: in a field. `button`: on something that Space and Enter press. */
export type FocusPlace = 'text' | 'button' | 'elsewhere'

export function placeOf(target: EventTarget | null): FocusPlace {
  if (!(target instanceof Element)) return 'elsewhere'
  if (target.closest('input, textarea, select, [contenteditable=""], [contenteditable="true"]') !== null) return 'text'
  const pressable =
    'button, a, [role="tab"], [role="menuitem"], [role="option"], [role="slider"], [role="separator"], summary'
  return target.closest(pressable) === null ? 'elsewhere' : 'button'
}

/** Whether this press means these keys, as `mod+shift+P`. */
export function matches(keys: string, press: PressedKey, isMac: boolean): boolean {
  const parts = keys.split('+')
  const name = parts.at(-1) ?? ''
  const wanted = new Set(parts.slice(0, -1))
  const mod = isMac ? press.metaKey : press.ctrlKey
  const other = isMac ? press.ctrlKey : press.metaKey
  if (other || press.altKey !== wanted.has('alt') || mod !== wanted.has('mod')) return false
  const key = press.key === ' ' ? 'Space' : press.key
  if (key.toLowerCase() !== name.toLowerCase()) return false
  // A sign such as "?" may need shift to be typed at all; for letters and named keys shift is part of the wish.
  const isSign = name.length === 1 && !/[a-z0-9]/i.test(name)
  return isSign || press.shiftKey === wanted.has('shift')
}

/** Keys that a text field or a button needs for itself. */
export function isTakenBy(place: FocusPlace, press: PressedKey): boolean {
  const functionKey = /^F\d+$/.test(press.key)
  const withModifier = press.ctrlKey || press.metaKey
  if (place === 'text') {
    const editing = withModifier && ['a', 'c', 'v', 'x', 'z', 'y'].includes(press.key.toLowerCase())
    return editing || !(functionKey || withModifier)
  }
  if (place === 'button') return press.key === ' ' || (press.key === 'Enter' && !withModifier)
  return false
}

/** The first command that these keys mean and that can be used; else the first that they mean. */
export function commandFor(
  commands: readonly Command[],
  press: PressedKey,
  context: CommandContext,
  isMac: boolean,
): Command | undefined {
  const meant = commands.filter(({ keys }) => keys?.some((each) => matches(each, press, isMac)))
  return meant.find((each) => each.whyNot(context) === undefined) ?? meant[0]
}
