import { type ReactNode, useState } from 'react'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { faceOf, faceOfStatus } from '../icons/state-face.ts'
import { StateLabel, StatusLabel } from '../icons/state-glyph.tsx'
import styles from './task-row.module.css'

/** Glyph and word. A change swaps both at once and tints the ground for a moment; a row that is only mounted does not. */
export function StateCell({ row }: { readonly row: Row }): ReactNode {
  const face = isTaskRow(row) ? faceOf(row.state, row.failure) : faceOfStatus(row.status)
  const [seen, setSeen] = useState({ face, changes: 0 })
  if (seen.face !== face) setSeen({ face, changes: seen.changes + 1 })
  return (
    <span key={seen.changes} className={seen.changes === 0 ? styles.stateBox : `${styles.stateBox} ${styles.tint}`}>
      {isTaskRow(row) ? <StateLabel state={row.state} failure={row.failure} /> : <StatusLabel status={row.status} />}
    </span>
  )
}
