import type { ReactNode } from 'react'
import styles from './palette.module.css'

/** A text with the letters that were looked for marked. */
export function Matched({ text, query }: { readonly text: string; readonly query: string }): ReactNode {
  const word = query.trim().split(/\s+/)[0] ?? ''
  const place = word === '' ? -1 : text.toLowerCase().indexOf(word.toLowerCase())
  if (place < 0) return text
  return (
    <>
      {text.slice(0, place)}
      <mark className={styles.mark}>{text.slice(place, place + word.length)}</mark>
      {text.slice(place + word.length)}
    </>
  )
}
