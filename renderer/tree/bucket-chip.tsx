import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { measureText } from '../state/measure.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { rangeText } from '../timeline/histogram.ts'
import styles from './tasks-pane.module.css'

/** Says that only the tasks of one bucket of a histogram are shown, and takes that away. */
export function BucketChip(): ReactNode {
  const model = useModel()
  const bucket = useWindow((state) => state.bucket)
  if (bucket === undefined) return undefined
  const text = `${measureText(bucket.measure)} ${rangeText(bucket)}`
  return (
    <span className={styles.chip} data-bucket={bucket.measure}>
      {text}
      <button
        type="button"
        aria-label={`Show all tasks again, not only ${text}`}
        onClick={() => model.setBucket(undefined)}
      >
        <X size={12} strokeWidth={1.75} />
      </button>
    </span>
  )
}
