/** A duration with number and unit apart. Its brightness follows its magnitude; its colour means nothing. */
import type { ReactNode } from 'react'
import { durationParts } from '../../core/model/duration.ts'
import styles from './duration-text.module.css'

export function DurationText({ ms }: { readonly ms: number }): ReactNode {
  const tone = ms < 1000 ? styles.short : ms < 60_000 ? styles.middle : styles.long
  return (
    <span className={`${styles.duration} ${tone}`}>
      {durationParts(ms).map(({ value, unit }) => (
        <span key={unit}>
          {value}
          <span className={styles.unit}>{unit}</span>
        </span>
      ))}
    </span>
  )
}
