/** Keys as small caps of a keyboard: `mod+shift+P`, `F8`. `mod` is the command key on a Mac and control elsewhere. */
import type { ReactNode } from 'react'
import styles from './keys.module.css'

const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent)

const macNames: Readonly<Record<string, string>> = {
  mod: '⌘',
  shift: '⇧',
  alt: '⌥',
  Backspace: '⌫',
  Enter: '↵',
  Escape: 'esc',
}
const otherNames: Readonly<Record<string, string>> = {
  mod: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  Backspace: '⌫',
  Enter: '↵',
  Escape: 'Esc',
}

/** The names of the keys as they stand on the keyboard at hand. */
export function keyNames(keys: string): readonly string[] {
  const names = isMac ? macNames : otherNames
  return keys.split('+').map((key) => names[key] ?? key)
}

/** In a menu: plain text at the right. */
export function keyText(keys: string): string {
  return keyNames(keys).join(isMac ? '' : '+')
}

export function Keys({ keys }: { readonly keys: string }): ReactNode {
  return (
    <span className={styles.keys}>
      {keyNames(keys).map((name) => (
        <kbd key={name} className={styles.key}>
          {name}
        </kbd>
      ))}
    </span>
  )
}
