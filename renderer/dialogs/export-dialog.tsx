/** Where spans go. Nothing is sent until an endpoint is set; what a collector answers is shown as it came. */
import { Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { AppSettings, CommandFailure } from '../../core/feed/app-commands.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { ExportDestinationFields } from './export-destination.tsx'
import styles from './export-dialog.module.css'
import {
  type DestinationDraft,
  draftOf,
  emptyDestination,
  endpointProblem,
  wantedDestination,
  wantedExport,
} from './export-draft.ts'
import { decidedBy, ExportEnvironment } from './export-environment.tsx'
import { ExportHealthLine } from './export-health.tsx'
import { FailureNote } from './failure-note.tsx'
import { LabelledInput } from './labelled-input.tsx'
import { ReceiveSection } from './receive-section.tsx'
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
  const { fromEnvironment, decided = {} } = settings.export
  const [draft, setDraft] = useState(() => draftOf(settings.export))
  const [judged, setJudged] = useState(false)
  const [busy, setBusy] = useState<'saving' | 'sending'>()
  const [answer, setAnswer] = useState<Answer>()
  const [failure, setFailure] = useState<CommandFailure>()
  const problem = draft.destinations.map(endpointProblem).find((one) => one !== undefined)
  const wanted = wantedExport(draft)
  const put = (place: number, change: DestinationDraft) =>
    setDraft({ ...draft, destinations: draft.destinations.map((one, at) => (at === place ? change : one)) })

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

  async function sendTest(destination: DestinationDraft): Promise<void> {
    setJudged(true)
    if (problem !== undefined || busy !== undefined) return
    setBusy('sending')
    setFailure(undefined)
    setAnswer(undefined)
    const result = await model.invoke('testExport', wantedDestination(destination), { quiet: true })
    setBusy(undefined)
    if (result.ok) setAnswer(result.value)
    else setFailure(result)
  }

  const [first = emptyDestination] = draft.destinations
  const whyNoTest =
    busy === 'sending' ? 'it is being sent' : first.endpoint.trim() === '' ? 'there is no endpoint yet' : undefined
  return (
    <DialogFrame
      title="Export spans"
      onClose={onClose}
      onSubmit={() => void save()}
      note={
        <Button size="bar" look="outline" whyNot={whyNoTest} onClick={() => void sendTest(first)}>
          {busy === 'sending' ? 'Sending…' : 'Send a test span'}
        </Button>
      }
      buttons={
        <>
          <Button look="outline" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" look="accent">
            Save
          </Button>
        </>
      }
    >
      <ExportHealthLine />
      <ExportEnvironment settings={settings.export} />
      {draft.destinations.map((destination, place) => (
        <ExportDestinationFields
          // biome-ignore lint/suspicious/noArrayIndexKey: destinations are told apart by their place; all else is typed
          key={place}
          draft={destination}
          place={place + 1}
          {...(place === 0 && { fromEnvironment, decided })}
          judged={judged}
          onChange={(change) => put(place, change)}
          {...(place > 0 && {
            onTest: () => void sendTest(destination),
            onRemove: () =>
              setDraft({ ...draft, destinations: draft.destinations.filter((_one, other) => other !== place) }),
          })}
        />
      ))}
      <div>
        <Button
          size="pane"
          icon={<Plus size={14} strokeWidth={1.75} />}
          onClick={() => setDraft({ ...draft, destinations: [...draft.destinations, emptyDestination] })}
        >
          Add destination
        </Button>
      </div>
      <LabelledInput
        label="Attributes to redact"
        mono
        lines={2}
        hint="one name per line; * stands for anything"
        placeholder={'http.request.header.*\n*.token'}
        value={draft.redact}
        onChange={(redact) => setDraft({ ...draft, redact })}
      />
      <div className={styles.metrics}>
        <span>Metrics of tasks and of Taskscope itself</span>
        <Segmented
          name="Metrics"
          options={[
            { id: 'off', title: 'Off' },
            { id: 'on', title: 'Sent' },
          ]}
          chosen={draft.metrics ? 'on' : 'off'}
          whyNot={decidedBy(decided.metrics)}
          onChoose={(metrics) => setDraft({ ...draft, metrics: metrics === 'on' })}
        />
      </div>
      {answer === undefined ? undefined : (
        <p className={styles.answer} role="status">
          The collector answered in {Math.round(answer.tookMs)} ms: <SafeText text={answer.answer} />
        </p>
      )}
      {failure === undefined ? undefined : <FailureNote failure={failure} />}
      <ReceiveSection settings={settings.receive} />
    </DialogFrame>
  )
}
