/** Runs an offer of a host or server. What is typed stays until the source has really started it. */
import { type ReactNode, type Ref, type RefObject, useEffect, useRef, useState } from 'react'
import { offer as judge } from '../../core/model/capability.ts'
import type { ControlId, NodeKey } from '../../core/model/identity.ts'
import type { Offer } from '../../core/model/node.ts'
import { isTaskRow, type NodeRow } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { SafeText } from '../detail/safe-text.tsx'
import formStyles from '../forms/form.module.css'
import { InputEditor, InputModeSwitch } from '../forms/input-editor.tsx'
import { useInputForm } from '../forms/use-input-form.ts'
import { useDetail, useRow, useSend } from '../state/hooks.ts'
import { remember, remembered } from '../state/remembered.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import styles from './run-dialog.module.css'

export interface RunDialogProps {
  readonly target: NodeKey
  readonly offer?: string | undefined
  readonly input?: unknown
  readonly onClose: () => void
}

export function RunDialog({ target, offer, input, onClose }: RunDialogProps): ReactNode {
  const model = useModel()
  const [sourceKey, setSourceKey] = useState(target)
  const [offerName, setOfferName] = useState(offer)
  const rows = useWindow((state) => state.rows)
  useWindow((state) => state.structure)
  const source = useRow(sourceKey)
  const detail = useDetail(sourceKey)
  const [sent, setSent] = useState<ControlId>()
  const sourceField = useRef<HTMLSelectElement>(null)
  const offerField = useRef<HTMLSelectElement>(null)
  /** Where the form of another choice begins: at that choice, so that the arrow keys go on choosing. */
  const [chosenAt, setChosenAt] = useState<RefObject<HTMLSelectElement | null>>()
  const started = detail?.controls.find((control) => control.request.id === sent)
  // Here and not in the form: a task that ends its host at once takes the offers, and so the form, away.
  const effective = started?.effectiveAt !== undefined
  useEffect(() => {
    if (effective) onClose()
  }, [effective, onClose])
  const sources = model.index.owners().flatMap((key) => {
    const row = rows.get(key)
    return row === undefined || isTaskRow(row) ? [] : [row]
  })
  const offers = detail?.offers ?? []
  const chosen = offers.find((each) => each.name === offerName) ?? (offerName === undefined ? offers[0] : undefined)
  const choice = (
    <SourceAndOffer
      sourceField={sourceField}
      offerField={offerField}
      sources={sources}
      sourceKey={sourceKey}
      onSource={(key) => {
        setChosenAt(sourceField)
        setSourceKey(key)
        setOfferName(undefined)
        setSent(undefined)
      }}
      offers={offers}
      chosen={chosen}
      onOffer={(name) => {
        setChosenAt(offerField)
        setOfferName(name)
        setSent(undefined)
      }}
    />
  )
  if (source === undefined || isTaskRow(source) || chosen === undefined) {
    return (
      <DialogFrame
        title="Run a task"
        onClose={onClose}
        {...(chosenAt === undefined ? {} : { first: chosenAt })}
        buttons={
          <Button look="outline" onClick={onClose}>
            Close
          </Button>
        }
      >
        {choice}
        <p>{nothingText(source === undefined ? undefined : source.name, detail === undefined, offerName)}</p>
      </DialogFrame>
    )
  }
  return (
    <RunForm
      key={`${sourceKey} ${chosen.name}`}
      source={source}
      offer={chosen}
      known={chosen.name === offer ? input : undefined}
      choice={choice}
      first={chosenAt ?? (offer === undefined ? undefined : 'input')}
      sent={sent !== undefined}
      refusal={started?.refusal}
      onSent={setSent}
      onClose={onClose}
    />
  )
}

function nothingText(source: string | undefined, asking: boolean, offer: string | undefined): string {
  if (source === undefined) return 'That source is gone. Choose another one.'
  if (asking) return `Asking ${source} what it offers…`
  return offer === undefined ? `${source} offers nothing to run.` : `${source} does not offer ${offer} any more.`
}

function SourceAndOffer({
  sourceField,
  offerField,
  sources,
  sourceKey,
  onSource,
  offers,
  chosen,
  onOffer,
}: {
  readonly sourceField: Ref<HTMLSelectElement>
  readonly offerField: Ref<HTMLSelectElement>
  readonly sources: readonly NodeRow[]
  readonly sourceKey: NodeKey
  readonly onSource: (key: NodeKey) => void
  readonly offers: readonly Offer[]
  readonly chosen: Offer | undefined
  readonly onOffer: (name: string) => void
}): ReactNode {
  return (
    <div className={styles.choice}>
      <label className={formStyles.field}>
        <span className={formStyles.name}>Source</span>
        <select
          ref={sourceField}
          className={formStyles.input}
          value={sourceKey}
          onChange={(event) => {
            const next = sources.find((row) => row.key === event.target.value)
            if (next !== undefined) onSource(next.key)
          }}
        >
          {sources.map((row) => (
            <option key={row.key} value={row.key}>
              {visibleText(row.name)}
            </option>
          ))}
        </select>
      </label>
      <label className={formStyles.field}>
        <span className={formStyles.name}>Task or tool</span>
        <select
          ref={offerField}
          className={formStyles.input}
          value={chosen?.name ?? ''}
          disabled={offers.length === 0}
          onChange={(event) => onOffer(event.target.value)}
        >
          {chosen === undefined ? <option value="">None</option> : undefined}
          {offers.map((each) => (
            <option key={each.name} value={each.name}>
              {visibleText(each.name)}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

function RunForm({
  source,
  offer,
  known,
  choice,
  first,
  sent,
  refusal,
  onSent,
  onClose,
}: {
  readonly source: NodeRow
  readonly offer: Offer
  readonly known: unknown
  readonly choice: ReactNode
  /** What has the focus at first; without any the first choice, or the Run button where there is nothing to enter. */
  readonly first: RefObject<HTMLElement | null> | 'input' | undefined
  /** A start was asked for; `refusal` is why it was not made. */
  readonly sent: boolean
  readonly refusal: string | undefined
  readonly onSent: (control: ControlId) => void
  readonly onClose: () => void
}): ReactNode {
  const send = useSend()
  const memory = `input.${source.name}.${offer.name}`
  const [start] = useState<unknown>(() => known ?? remembered(memory))
  const form = useInputForm(offer.inputSchema, start)
  const [asTask, setAsTask] = useState(true)
  const run = useRef<HTMLButtonElement>(null)
  const input = useRef<HTMLDivElement>(null)
  const waits = sent && refusal === undefined
  const may = judge(source, 'start')
  const whyNot = offer.unavailable ?? (may.offered ? undefined : may.reason)

  function submit(): void {
    if (whyNot !== undefined || waits) return
    const reading = form.read()
    if (!reading.ok) return
    remember(memory, reading.value)
    onSent(
      send(source.key, {
        verb: 'start',
        offer: offer.name,
        input: reading.value,
        ...(offer.taskSupport === 'optional' ? { asTask } : {}),
      }),
    )
  }

  const begin = typeof first === 'object' ? first : form.fields?.length === 0 ? run : first && input

  return (
    <DialogFrame
      title={`Run ${visibleText(offer.title ?? offer.name)}`}
      onClose={onClose}
      onSubmit={submit}
      {...(begin === undefined ? {} : { first: begin })}
      note={waits ? 'Starting…' : undefined}
      buttons={
        <>
          <Button look="outline" onClick={onClose}>
            Close
          </Button>
          <Button ref={run} type="submit" look="accent" whyNot={waits ? 'it is starting' : whyNot}>
            Run
          </Button>
        </>
      }
    >
      {choice}
      {offer.description === undefined ? undefined : (
        <p className={styles.about}>
          <SafeText text={offer.description} />
        </p>
      )}
      <div ref={input}>
        <InputEditor form={form} />
      </div>
      <div className={styles.options}>
        {offer.taskSupport === 'optional' ? (
          <label className={styles.asTask}>
            <input type="checkbox" checked={asTask} onChange={(event) => setAsTask(event.target.checked)} />
            Run as a task
          </label>
        ) : undefined}
        <span className={styles.mode}>
          <InputModeSwitch form={form} />
        </span>
      </div>
      {refusal === undefined ? undefined : (
        <p className={formStyles.problem} role="alert">
          It was not started: <SafeText text={refusal} />
        </p>
      )}
    </DialogFrame>
  )
}
