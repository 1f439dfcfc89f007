/** Why a row is as it is: the cause, then its detail. A pending control speaks in the colour of what was asked for. */
import type { ReactNode } from 'react'
import type { Row } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { whyOf } from '../../core/model/why.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { useLiveChildren, useNow } from '../state/hooks.ts'
import { isTicking } from './elapsed.ts'
import styles from './why-cell.module.css'
import { toneColor } from './why-tone.ts'

export function WhyCell({ row }: { readonly row: Row }): ReactNode {
  const now = useNow(isTicking(row))
  const { text, detail, tone } = whyOf(row, now, useLiveChildren(row.key))
  if (text === '' && detail === undefined) return undefined
  return (
    <span className={styles.why} title={visibleText(detail === undefined ? text : `${text} ${detail}`)}>
      <span style={{ color: toneColor(tone) }}>
        <SafeText text={text} />
      </span>
      {detail === undefined ? undefined : (
        <span className={styles.detail}>
          <SafeText text={detail} />
        </span>
      )}
    </span>
  )
}
