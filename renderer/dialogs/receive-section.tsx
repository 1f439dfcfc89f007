/** Whether spans of other programs are taken in, where they are to be sent, and what became of those that came. */
import { type ReactNode, useState } from 'react'
import type { CommandFailure } from '../../core/feed/app-commands.ts'
import type { ReceiveMode, ReceiveSettings, ReceiveStatus } from '../../core/feed/receive-status.ts'
import { CopyButton } from '../detail/copy-button.tsx'
import { SafeText } from '../detail/safe-text.tsx'
import { clockText, countText } from '../detail/time-text.ts'
import { useStatus } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import styles from './export-dialog.module.css'
import { FailureNote } from './failure-note.tsx'

const modes: readonly { readonly id: ReceiveMode; readonly title: string }[] = [
  { id: 'off', title: 'Off' },
  { id: 'open', title: 'On' },
  { id: 'token', title: 'With a token' },
]

const explained: Readonly<Record<ReceiveMode, string>> = {
  off: 'Spans and logs that your own server sends over OTLP can stand under the task they belong to.',
  open: 'Any program on this machine may send, none from elsewhere. Servers opened from now on are told where.',
  token: 'Only programs that bring the token may send. Servers opened from now on are told both.',
}

/** Why spans and logs were not kept, after their number. */
const reasons: Readonly<Record<string, string>> = {
  unmatched: 'no task of their trace came',
  crowded: 'too many waited',
  full: 'more than is kept of one trace',
  invalid: 'without valid ids or times',
  untraced: 'logs without a trace',
  own: 'our own came back',
  ended: 'still waited when receiving ended',
}

export function ReceiveSection({ settings }: { readonly settings: ReceiveSettings }): ReactNode {
  const model = useModel()
  const status = useStatus()?.receive
  const [failure, setFailure] = useState<CommandFailure>()

  async function choose(mode: ReceiveMode): Promise<void> {
    setFailure(undefined)
    const result = await model.invoke('changeSettings', { receive: { ...settings, mode } }, { quiet: true })
    if (result.ok) model.store.setState({ settings: result.value })
    else setFailure(result)
  }

  const { mode, token } = settings
  return (
    <section className={styles.receive} aria-label="Receive spans">
      <div className={styles.metrics}>
        <span className={styles.heading}>Receive spans of other programs</span>
        <Segmented name="Receive" options={modes} chosen={mode} onChoose={(chosen) => void choose(chosen)} />
      </div>
      <p className={styles.drops}>{explained[mode]}</p>
      {status?.endpoint === undefined ? undefined : (
        <Variable name="OTEL_EXPORTER_OTLP_ENDPOINT" value={status.endpoint} copy="Copy where to send" />
      )}
      {status?.endpoint === undefined || mode !== 'token' || token === undefined ? undefined : (
        <Variable
          name="OTEL_EXPORTER_OTLP_HEADERS"
          value={`authorization=Bearer%20${token}`}
          shown={`authorization=Bearer%20${token.slice(0, 4)}…`}
          copy="Copy the token"
        />
      )}
      {status === undefined ? undefined : <ReceiveHealth status={status} />}
      {failure === undefined ? undefined : <FailureNote failure={failure} />}
    </section>
  )
}

/** A line for a shell or an `.env` file. */
function Variable({
  name,
  value,
  shown = value,
  copy,
}: {
  readonly name: string
  readonly value: string
  readonly shown?: string
  readonly copy: string
}): ReactNode {
  return (
    <p className={styles.variable}>
      <code>
        {name}={shown}
      </code>
      <CopyButton text={`${name}=${value}`} name={copy} />
    </p>
  )
}

const words: Readonly<Record<ReceiveStatus['light'], string>> = {
  off: 'Off',
  listening: 'Listening',
  failing: 'Not receiving',
}

function ReceiveHealth({ status }: { readonly status: ReceiveStatus }): ReactNode {
  const { light, problem, lastError, lastErrorAt } = status
  const lost = lostText(status)
  return (
    <div role="status" aria-label="Receiver health">
      <p className={styles.health}>
        <span className={styles.light} data-light={light === 'listening' ? 'ok' : light} aria-hidden="true" />
        <span>{words[light]}</span>
        <span className={styles.counts}>{countsText(status)}</span>
      </p>
      {lost === '' ? undefined : <p className={styles.drops}>{lost}</p>}
      {problem === undefined ? undefined : (
        <p className={light === 'failing' ? styles.lastError : styles.environment}>
          <SafeText text={problem} />
        </p>
      )}
      {lastError === undefined ? undefined : (
        <p className={styles.lastError}>
          {lastErrorAt === undefined ? '' : `${clockText(lastErrorAt, 0)} `}
          <SafeText text={lastError} />
        </p>
      )}
    </div>
  )
}

/** Spans and logs that were not kept, in all. */
export function lostCount({ lost }: ReceiveStatus): number {
  return Object.values(lost).reduce((sum, count) => sum + count, 0)
}

function countsText(status: ReceiveStatus): string {
  const { received, matched, waiting } = status
  return `${countText(received)} received, ${countText(matched)} under a task, ${countText(waiting)} waiting, ${countText(lostCount(status))} lost`
}

function lostText({ lost, repeated, shortened, refused }: ReceiveStatus): string {
  const parts = Object.entries(lost)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${countText(count)} ${reasons[reason] ?? reason}`)
  const beside = [
    ...(repeated > 0 ? [`${countText(repeated)} came again`] : []),
    ...(shortened > 0 ? [`${countText(shortened)} values cut short`] : []),
    ...(refused > 0 ? [`${countText(refused)} requests turned away`] : []),
  ]
  return [...(parts.length > 0 ? [`Lost: ${parts.join(', ')}`] : []), ...beside].join('; ')
}
