import type { ReactNode, RefCallback } from 'react'
import { clockText } from '../detail/time-text.ts'
import { clockTicks, pixelOf, type TimeSpan } from './time-span.ts'
import styles from './timeline.module.css'

/** Pixels at most of one character of the ruler; a time that would be cut is left out. */
const widestDigit = 7

/** The stretch in view in words, and the clock above the lanes. */
export function Ruler({
  ref,
  span,
  width,
  now,
}: {
  readonly ref: RefCallback<HTMLDivElement>
  readonly span: TimeSpan
  readonly width: number
  readonly now: number
}): ReactNode {
  const length = span.to - span.from
  const digits = length < 1000 ? 3 : length < 5000 ? 1 : 0
  const nowAt = pixelOf(span, width, now)
  return (
    <div className={styles.ruler}>
      <span className={styles.range}>
        {clockText(span.from, digits)} – {clockText(span.to, digits)}
      </span>
      <div ref={ref} className={styles.ticks} aria-hidden="true">
        {clockTicks(span, width).map((tick) => {
          const left = Math.round(pixelOf(span, width, tick.at))
          return (
            <span key={tick.at} className={styles.tick} style={{ left }}>
              {left + tick.label.length * widestDigit <= width ? tick.label : undefined}
            </span>
          )
        })}
        {nowAt >= 0 && nowAt < width ? <span className={styles.now} style={{ left: Math.round(nowAt) }} /> : undefined}
      </div>
    </div>
  )
}
