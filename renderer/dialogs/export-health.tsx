import type { ReactNode } from 'react'
import type { ExportHealth } from '../../core/feed/app-status.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { clockText, countText } from '../detail/time-text.ts'
import { useStatus } from '../state/hooks.ts'
import styles from './export-dialog.module.css'

const words: Readonly<Record<ExportHealth['light'], string>> = {
  off: 'Off: nothing leaves this machine',
  ok: 'The collector takes spans',
  waiting: 'Waiting for the collector',
  failing: 'The collector does not take spans',
}

/** How the export fares: a light with its word, what was sent, and the last error. */
export function ExportHealthLine(): ReactNode {
  const health = useStatus()?.export
  if (health === undefined) return undefined
  return (
    <div role="status" aria-label="Export health">
      <p className={styles.health}>
        <span className={styles.light} data-light={health.light} aria-hidden="true" />
        <span>{words[health.light]}</span>
        {health.light === 'off' ? undefined : (
          <span className={styles.counts}>
            {countText(health.sent)} sent, {countText(health.queued)} queued, {countText(health.dropped)} dropped
          </span>
        )}
      </p>
      {health.lastError === undefined ? undefined : (
        <p className={styles.lastError}>
          {health.lastErrorAt === undefined ? '' : `${clockText(health.lastErrorAt, 0)} `}
          <SafeText text={health.lastError} />
        </p>
      )}
    </div>
  )
}
