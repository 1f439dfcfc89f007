/** Ending something by force: whom it hits stands before the button that does it, and the safe button has the focus. */
import { RadioGroup } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import type { NodeKey } from '../../core/model/identity.ts'
import { SafeText } from '../detail/safe-text.tsx'
import formStyles from '../forms/form.module.css'
import { useNow, useRow, useSend } from '../state/hooks.ts'
import { useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { endingPlan, type WayToEnd } from './ending-plan.ts'
import styles from './kill-dialog.module.css'
import { type KillChoice, type KillPlan, radiusFacts } from './kill-plan.ts'

export function KillDialog({
  target,
  way,
  onClose,
}: {
  readonly target: NodeKey
  readonly way: WayToEnd | undefined
  readonly onClose: () => void
}): ReactNode {
  const row = useRow(target)
  const rows = useWindow((state) => state.rows)
  // Whom it hits may change while the dialog is open.
  useWindow((state) => state.tick)
  const now = useNow()
  if (row === undefined) return <Gone onClose={onClose} />
  return <Plan plan={endingPlan(row, way, rows, now)} onClose={onClose} />
}

function Plan({ plan, onClose }: { readonly plan: KillPlan; readonly onClose: () => void }): ReactNode {
  const send = useSend()
  const keep = useRef<HTMLButtonElement>(null)
  const [chosenId, setChosenId] = useState<string>()
  const [reason, setReason] = useState('')
  const chosen = plan.choices.find((choice) => choice.id === chosenId) ?? plan.choices.at(-1)
  return (
    <DialogFrame
      alert
      title={plan.title}
      onClose={onClose}
      first={keep}
      note={chosen === undefined ? undefined : 'Cannot be undone'}
      buttons={
        <>
          <Button ref={keep} look="outline" onClick={onClose}>
            {chosen === undefined ? 'Close' : 'Keep running'}
          </Button>
          {chosen === undefined ? undefined : (
            <Button
              look={chosen.danger ? 'danger' : 'accent'}
              onClick={() => {
                send(chosen.target, chosen.command, reason.trim() || chosen.reason?.otherwise)
                onClose()
              }}
            >
              {chosen.button}
            </Button>
          )}
        </>
      }
    >
      <p>
        {plan.text.map(({ text, strong }) =>
          strong ? (
            <strong key={text} className={styles.subject}>
              <SafeText text={text} />
            </strong>
          ) : (
            <SafeText key={text} text={text} />
          ),
        )}
      </p>
      {chosen === undefined ? undefined : (
        <>
          <Radius choice={chosen} />
          {plan.choices.length > 1 ? (
            <Choices choices={plan.choices} chosen={chosen} onChoose={setChosenId} />
          ) : undefined}
          {chosen.reason === undefined ? undefined : (
            <input
              className={formStyles.input}
              aria-label="Reason"
              placeholder={chosen.reason.hint}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </>
      )}
    </DialogFrame>
  )
}

function Radius({ choice }: { readonly choice: KillChoice }): ReactNode {
  return (
    <dl className={styles.radius}>
      {radiusFacts(choice).map(({ name, strong, rest }) => (
        <div key={name} className={styles.fact}>
          <dt>{name}</dt>
          <dd>
            {strong === '' ? undefined : (
              <strong>
                <SafeText text={strong} />
              </strong>
            )}{' '}
            <SafeText text={rest} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Choices({
  choices,
  chosen,
  onChoose,
}: {
  readonly choices: readonly KillChoice[]
  readonly chosen: KillChoice
  readonly onChoose: (id: string) => void
}): ReactNode {
  return (
    <RadioGroup.Root className={styles.choices} aria-label="What to do" value={chosen.id} onValueChange={onChoose}>
      {choices.map(({ id, title, text }) => (
        <label key={id} className={styles.choice} htmlFor={`ending-${id}`}>
          <RadioGroup.Item id={`ending-${id}`} value={id} className={styles.radio} aria-label={title}>
            <RadioGroup.Indicator className={styles.dot} />
          </RadioGroup.Item>
          <span className={styles.choiceTitle}>
            <SafeText text={title} />
          </span>
          <span className={styles.choiceText}>{text}</span>
        </label>
      ))}
    </RadioGroup.Root>
  )
}

function Gone({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <DialogFrame
      title="Nothing is left to end"
      onClose={onClose}
      buttons={
        <Button look="outline" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p>It was cleared from the list in the meantime.</p>
    </DialogFrame>
  )
}
