/**
 * A task as its runner sees it: its live state as last read, changed on request, and what hangs on it for debugging.
 * Everything here is a control: it shows when it was, and that it may be refused.
 */
import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { offer } from '../../core/model/capability.ts'
import { isSettled } from '../../core/model/control.ts'
import type { Detail } from '../../core/model/detail.ts'
import { isTaskRow, type Row, type TaskRow } from '../../core/model/row.ts'
import { useNow, useSend } from '../state/hooks.ts'
import { BreakpointsSection } from '../sys/breakpoints-section.tsx'
import { DebugSection } from '../sys/debug-section.tsx'
import { LogSection } from '../sys/log-section.tsx'
import { StateDifference } from '../sys/state-difference.tsx'
import { StateEditor } from '../sys/state-editor.tsx'
import { StatisticsSection } from '../sys/statistics-section.tsx'
import { Button } from '../widgets/button.tsx'
import { PayloadView } from './payload-view.tsx'
import { Section } from './section.tsx'
import styles from './state-tab.module.css'
import { clockText, durationText, utcText } from './time-text.ts'

export function StateTab({ row, detail }: { readonly row: Row; readonly detail: Detail | undefined }): ReactNode {
  if (!isTaskRow(row)) return undefined
  const debugged = row.capabilities.getStatistics !== undefined
  const replaced = detail?.inspection?.replaced
  return (
    <>
      <LiveState row={row} detail={detail} />
      {replaced === undefined ? undefined : <StateDifference row={row} replaced={replaced} />}
      <BreakpointsSection key={row.key} row={row} />
      {debugged ? (
        <>
          <StatisticsSection row={row} detail={detail} />
          <LogSection key={`log ${row.key}`} row={row} detail={detail} />
          <DebugSection key={`debug ${row.key}`} row={row} detail={detail} />
        </>
      ) : undefined}
    </>
  )
}

function LiveState({ row, detail }: { readonly row: TaskRow; readonly detail: Detail | undefined }): ReactNode {
  const send = useSend()
  const reading = detail?.controls.find((control) => control.request.command.verb === 'getState')
  const waits = reading !== undefined && !isSettled(reading)
  const now = useNow(waits || detail?.live !== undefined)
  const may = offer(row, 'getState')
  const live = detail?.live
  const read = (
    <Button
      size="pane"
      look="outline"
      icon={<RefreshCw size={12} strokeWidth={1.75} />}
      whyNot={may.offered ? undefined : may.reason}
      onClick={() => send(row.key, { verb: 'getState' })}
    >
      {live === undefined ? 'Read state' : 'Read again'}
    </Button>
  )
  const trouble =
    reading?.refusal !== undefined
      ? `The last reading was refused: ${reading.refusal}.`
      : waits
        ? `Asked ${durationText(now - reading.request.requestedAt)} ago, no answer yet.`
        : undefined
  if (live === undefined) {
    const text =
      trouble ??
      (may.offered
        ? 'The state has not been read. It is formatted from the live object, once, when you ask.'
        : `The state cannot be read: ${may.reason}.`)
    return (
      <Section title="Live state" aside={read}>
        <p className={styles.asOf}>{text}</p>
        {may.offered ? <StateEditor key={row.key} row={row} detail={detail} /> : undefined}
      </Section>
    )
  }
  return (
    <Section title="Live state" aside={read}>
      <p className={styles.asOf} title={utcText(live.at)}>
        as of {clockText(live.at, 1)}, {durationText(now - live.at)} ago
      </p>
      {trouble === undefined ? undefined : <p className={styles.trouble}>{trouble}</p>}
      <PayloadView payload={live.value} />
      <StateEditor key={row.key} row={row} detail={detail} />
    </Section>
  )
}
