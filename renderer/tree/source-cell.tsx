import type { ReactNode } from 'react'
import type { SourceId } from '../../core/model/identity.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { sourceName } from '../state/source-name.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import styles from './task-row.module.css'

/** What the row's source is called. */
export function SourceCell({ source }: { readonly source: SourceId }): ReactNode {
  const { index } = useModel()
  const name = useWindow((state) => sourceName(source, index, state.rows))
  return (
    <span className={styles.sourceName}>
      <SafeText text={name} />
    </span>
  )
}
