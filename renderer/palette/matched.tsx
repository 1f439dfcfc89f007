import type { ReactNode } from 'react'
import styles from './palette.module.css'

/** A text with the letters that were looked for marked: where a word begins with them, else anywhere. */
export function Matched({ text, query }: { readonly text: string; readonly query: string }): ReactNode {
  const word = query.trim().toLowerCase().split(/\s+/)[0] ?? ''
  const place = word === '' ? -1 : placeOf(text.toLowerCase(), word)
  if (place < 0) return text
  return (
    <>
      {text.slice(0, place)}
      <mark className={styles.mark}>{text.slice(place, place + word.length)}</mark>
      {text.slice(place + word.length)}
    </>
  )
}

function placeOf(text: string, word: string): number {
  if (text.startsWith(word)) return 0
  const beginning = text.indexOf(` ${word}`)
  return beginning < 0 ? text.indexOf(word) : beginning + 1
}
