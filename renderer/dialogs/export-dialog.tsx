/** Where spans go. Nothing is sent until an endpoint is set; what a collector answers is shown as it came. */
import { type ReactNode, useState } from 'react'
import type { AppSettings, CommandFailure, ExportSettings } from '../../core/feed/app-commands.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import styles from './export-dialog.module.css'
import { ExportHealthLine } from './export-health.tsx'
import { FailureNote } from './failure-note.tsx'
import { LabelledInput } from './labelled-input.tsx'
import { type NameValue, NameValues } from './name-values.tsx'
import { useSettings } from './use-settings.ts'

export function ExportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { settings, failure } = useSettings()
  if (settings !== undefined) return <ExportForm settings={settings} onClose={onClose} />
  return (
    <DialogFrame
      title="Export spans"
      onClose={onClose}
      buttons={
        <Button look="outline" onClick={onClose}>
          Close
        </Button>
      }
    >
      {failure === undefined ? <p>Reading the settings…</p> : <FailureNote failure={failure} />}
    </DialogFrame>
  )
}

type Answer = { readonly answer: string; readonly tookMs: number }

function ExportForm({
  settings,
  onClose,
}: {
  readonly settings: AppSettings
  readonly onClose: () => void
}): ReactNode {
  const model = useModel()
  const { fromEnvironment } = settings.export
  const [endpoint, setEndpoint] = useState(settings.export.endpoint)
  const [headers, setHeaders] = useState<readonly NameValue[]>(() =>
    Object.entries(settings.export.headers).map(([name, value]) => ({ name, value })),
  )
  const [judged, setJudged] = useState(false)
  const [busy, setBusy] = useState<'saving' | 'sending'>()
  const [answer, setAnswer] = useState<Answer>()
  const [failure, setFailure] = useState<CommandFailure>()
  const problem = endpointProblem(endpoint)
  const wanted: Omit<ExportSettings, 'fromEnvironment'> = {
    endpoint: endpoint.trim(),
    headers: Object.fromEntries(
      headers.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
    ),
  }

  async function save(): Promise<void> {
    setJudged(true)
    if (problem !== undefined || busy !== undefined) return
    setBusy('saving')
    setFailure(undefined)
    const result = await model.invoke('changeSettings', { export: wanted }, { quiet: true })
    setBusy(undefined)
    if (!result.ok) return setFailure(result)
    model.store.setState({ settings: result.value })
    onClose()
  }

  async function sendTest(): Promise<void> {
    setJudged(true)
    if (problem !== undefined || busy !== undefined) return
    setBusy('sending')
    setFailure(undefined)
    setAnswer(undefined)
    const result = await model.invoke('testExport', wanted, { quiet: true })
    setBusy(undefined)
    if (result.ok) setAnswer(result.value)
    else setFailure(result)
  }

  const whyNoTest =
    busy === 'sending' ? 'it is being sent' : wanted.endpoint === '' ? 'there is no endpoint yet' : undefined
  return (
    <DialogFrame
      title="Export spans"
      onClose={onClose}
      onSubmit={() => void save()}
      note={
        <Button size="bar" look="outline" whyNot={whyNoTest} onClick={() => void sendTest()}>
          {busy === 'sending' ? 'Sending…' : 'Send a test span'}
        </Button>
      }
      buttons={
        <>
          <Button look="outline" onClick={onClose}>
            Close
          </Button>
          <Button
            type="submit"
            look="accent"
            whyNot={fromEnvironment === undefined ? undefined : `${fromEnvironment} decides while it is set`}
          >
            Save
          </Button>
        </>
      }
    >
      <ExportHealthLine />
      {fromEnvironment === undefined ? undefined : (
        <p className={styles.environment}>
          The endpoint comes from <code>{fromEnvironment}</code>. Start the app without it to set another one here.
        </p>
      )}
      <LabelledInput
        label="Endpoint"
        mono
        hint="OTLP over HTTP, protobuf; empty sends nothing"
        placeholder="http://localhost:4318"
        value={endpoint}
        readOnly={fromEnvironment !== undefined}
        problem={judged ? problem : undefined}
        onChange={setEndpoint}
      />
      <NameValues title="Headers" what="header" items={headers} masked={() => true} onChange={setHeaders} />
      {answer === undefined ? undefined : (
        <p className={styles.answer} role="status">
          The collector answered in {Math.round(answer.tookMs)} ms: <SafeText text={answer.answer} />
        </p>
      )}
      {failure === undefined ? undefined : <FailureNote failure={failure} />}
    </DialogFrame>
  )
}

function endpointProblem(text: string): string | undefined {
  const endpoint = text.trim()
  if (endpoint === '') return undefined
  if (!URL.canParse(endpoint)) return 'this is no full address like http://localhost:4318'
  return /^https?:$/.test(new URL(endpoint).protocol) ? undefined : 'the address must begin with http:// or https://'
}
