import { Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { durationText } from '../detail/time-text.ts'
import { useNow } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './strip.module.css'

/** Says that rows are no longer fresh, how old they are, and offers the one thing that helps. */
export function LostStrip(): ReactNode {
  const connection = useWindow((state) => state.connection)
  if (connection === 'lost') return <Lost />
  if (connection !== 'incompatible') return undefined
  return (
    <div className={`${styles.strip} ${styles.lost}`} data-strip="incompatible" role="alert">
      <Unplug size={14} strokeWidth={1.75} aria-hidden="true" />
      <span>This window is of another version than the application. Restart Taskscope</span>
    </div>
  )
}

function Lost(): ReactNode {
  const { bridge } = useModel()
  const lastEventAt = useWindow((state) => state.lastEventAt)
  const now = useNow()
  return (
    <div className={`${styles.strip} ${styles.lost}`} data-strip="lost" role="alert">
      <Unplug size={14} strokeWidth={1.75} aria-hidden="true" />
      <span>Connection to the tasks lost</span>
      <span className={`${styles.quiet} ${styles.count}`}>
        {lastEventAt === undefined ? 'nothing was received' : `last event ${durationText(now - lastEventAt)} ago`}
      </span>
      <span className={styles.space} />
      <Button size="pane" look="outline" onClick={() => bridge?.requestFeed()}>
        Connect again
      </Button>
    </div>
  )
}
