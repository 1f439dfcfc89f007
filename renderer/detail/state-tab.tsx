/** The task's live state as last read. Reading it is a control: it shows when, and that it may be refused. */
import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { offer } from '../../core/model/capability.ts'
import { isSettled } from '../../core/model/control.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { Row } from '../../core/model/row.ts'
import { useNow, useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import { PayloadView } from './payload-view.tsx'
import { PaneMessage, Section } from './section.tsx'
import styles from './state-tab.module.css'
import { clockText, durationText, utcText } from './time-text.ts'

export function StateTab({ row, detail }: { readonly row: Row; readonly detail: Detail | undefined }): ReactNode {
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
    return <PaneMessage text={text} action={read} />
  }
  return (
    <Section title="State" aside={read}>
      <p className={styles.asOf} title={utcText(live.at)}>
        as of {clockText(live.at, 1)}, {durationText(now - live.at)} ago
      </p>
      {trouble === undefined ? undefined : <p className={styles.trouble}>{trouble}</p>}
      <PayloadView payload={live.value} />
    </Section>
  )
}
