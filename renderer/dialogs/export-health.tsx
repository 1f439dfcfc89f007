/** How the export fares: for each destination a light with its word, what became of spans, and the last error. */
import type { ReactNode } from 'react'
import type { ExportHealth } from '../../core/model/export-health.ts'
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

/** Why spans were dropped, after their number. */
const reasons: Readonly<Record<string, string>> = {
  overflow: 'the queue was full',
  expired: 'too old',
  damaged: 'unreadable on disk',
  refused: 'refused',
  rejected: 'rejected by the collector',
  closed: 'not sent before the end',
}

export function ExportHealthLine(): ReactNode {
  const status = useStatus()
  if (status === undefined) return undefined
  const all = status.destinations ?? [status.export]
  const { interrupted = 0 } = status.export
  return (
    <div role="status" aria-label="Export health">
      {all.map((health) => (
        <DestinationHealth key={health.endpoint ?? ''} health={health} named={all.length > 1} />
      ))}
      {interrupted === 0 ? undefined : (
        <p className={styles.drops}>
          {countText(interrupted)} {interrupted === 1 ? 'task was' : 'tasks were'} open when Taskscope ended before;
          their spans end as interrupted
        </p>
      )}
    </div>
  )
}

function DestinationHealth({ health, named }: { readonly health: ExportHealth; readonly named: boolean }): ReactNode {
  return (
    <>
      {named ? <p className={styles.name}>{health.endpoint}</p> : undefined}
      <p className={styles.health}>
        <span className={styles.light} data-light={health.light} aria-hidden="true" />
        <span>{words[health.light]}</span>
        {health.light === 'off' ? undefined : <span className={styles.counts}>{countsOf(health)}</span>}
      </p>
      {health.dropped === 0 || health.drops === undefined ? undefined : (
        <p className={styles.drops}>{dropsOf(health)}</p>
      )}
      {health.unconfirmed === undefined || health.unconfirmed === 0 ? undefined : (
        <p className={styles.drops}>
          Unconfirmed: {countText(health.unconfirmed)} may have arrived with a request that got no whole answer
        </p>
      )}
      {health.metrics === undefined ? undefined : <p className={styles.drops}>{metricsOf(health.metrics)}</p>}
      {health.problem === undefined ? undefined : (
        <p className={styles.lastError}>
          <SafeText text={health.problem} />
        </p>
      )}
      {health.lastError === undefined ? undefined : (
        <p className={styles.lastError}>
          {health.lastErrorAt === undefined ? '' : `${clockText(health.lastErrorAt, 0)} `}
          <SafeText text={health.lastError} />
        </p>
      )}
    </>
  )
}

function countsOf({ sent, queued, place, retried = 0, dropped, unconfirmed = 0 }: ExportHealth): string {
  const again = retried === 0 ? '' : `, ${countText(retried)} tried again`
  const where = place === 'disk' ? ' on disk' : ''
  const perhaps = unconfirmed === 0 ? '' : `, ${countText(unconfirmed)} unconfirmed`
  return `${countText(sent)} sent, ${countText(queued)} queued${where}${again}, ${countText(dropped)} dropped${perhaps}`
}

function metricsOf({ waiting, dropped, refused }: NonNullable<ExportHealth['metrics']>): string {
  const parts = [
    waiting === 0 ? undefined : 'the newest reading waits',
    dropped === 0 ? undefined : `${countText(dropped)} readings of earlier runs given up`,
    refused === 0 ? undefined : `${countText(refused)} data points refused`,
  ]
  return `Metrics: ${parts.filter((part) => part !== undefined).join(', ')}`
}

function dropsOf({ drops = {} }: ExportHealth): string {
  const parts = Object.entries(drops)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${countText(count)} ${reasons[reason] ?? reason}`)
  return `Dropped: ${parts.join(', ')}`
}
