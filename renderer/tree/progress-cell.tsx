/** How far a task is: a track where there is a total, else the bare count. */
import type { ReactNode } from 'react'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { countText } from '../detail/time-text.ts'
import { faceColor, faceOf } from '../icons/state-face.ts'
import styles from './progress-cell.module.css'
import { progressShare } from './sort.ts'

export function ProgressCell({ row }: { readonly row: Row }): ReactNode {
  if (!isTaskRow(row) || row.progress === undefined || row.state === 'completed' || row.state === 'cancelled')
    return undefined
  const { current, total } = row.progress
  const share = progressShare(row)
  const face = faceOf(row.state, row.failure)
  return (
    <span className={styles.progress}>
      {share === undefined ? undefined : (
        <span className={styles.track}>
          <span className={styles.done} style={{ width: `${share * 100}%`, background: faceColor(face) }} />
        </span>
      )}
      <span className={styles.value}>{valueText(current, total)}</span>
    </span>
  )
}

/** "18/40" for small whole numbers, "63 %" for the rest. */
function valueText(current: number, total: number | undefined): string {
  if (total === undefined) return countText(current)
  if (Number.isInteger(current) && Number.isInteger(total) && total < 1000) return `${current}/${total}`
  return `${Math.round((current / total) * 100)}\u2009%`
}
