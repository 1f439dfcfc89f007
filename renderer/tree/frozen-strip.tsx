import { Snowflake } from 'lucide-react'
import type { ReactNode } from 'react'
import { clockText, countText } from '../detail/time-text.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './strip.module.css'

/** Says that the screen stands still although the tasks do not. */
export function FrozenStrip(): ReactNode {
  const model = useModel()
  const frozenAt = useWindow((state) => state.frozenAt)
  const waiting = useWindow((state) => state.waiting)
  if (frozenAt === undefined) return undefined
  return (
    <div className={`${styles.strip} ${styles.frozen}`} data-strip="frozen">
      <Snowflake size={14} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles.count}>
        View frozen at {clockText(frozenAt, 0)}, {countText(waiting)} {waiting === 1 ? 'change' : 'changes'} waiting
      </span>
      <span className={styles.space} />
      <Button size="pane" onClick={model.thaw}>
        Go on
      </Button>
    </div>
  )
}
