/** Text from outside as plain text: never markup, and nothing in it can hide or reorder what stands around it. */
import { Fragment, type ReactNode } from 'react'
import { visibleSegments } from '../../core/model/visible-text.ts'
import styles from './safe-text.module.css'

export function SafeText({ text }: { readonly text: string }): ReactNode {
  const segments = visibleSegments(text)
  if (segments.every((segment) => !segment.hidden)) return segments.map((segment) => segment.text).join('')
  return segments.map((segment, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other name
    <Fragment key={index}>
      {segment.hidden ? (
        <span className={styles.hidden} title="characters that cannot be seen">
          {segment.text}
        </span>
      ) : (
        segment.text
      )}
    </Fragment>
  ))
}
