/** The controls of a node, newest first, each as its three facts. The one that waits is the loudest thing here. */
import { type ReactNode, useState } from 'react'
import { actorText } from '../../core/model/actor.ts'
import { assertNever } from '../../core/model/assert.ts'
import { type ControlRecord, isSettled, noAnswerAfterMs } from '../../core/model/control.ts'
import type { Row } from '../../core/model/row.ts'
import { useNow } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import { type ControlFact, controlTitle, threeFacts } from './control-facts.ts'
import styles from './control-history.module.css'
import { SafeText } from './safe-text.tsx'
import { Section } from './section.tsx'
import { clockText, durationText, utcText } from './time-text.ts'
import { useWayOut } from './way-out.ts'

export function ControlHistory({
  row,
  controls,
}: {
  readonly row: Row
  readonly controls: readonly ControlRecord[]
}): ReactNode {
  const now = useNow(controls.some((control) => !isSettled(control)))
  if (controls.length === 0) return undefined
  return (
    <Section title="Controls" count={controls.length}>
      <div className={styles.table} role="table" aria-label="Controls">
        <div className={styles.heads} role="row">
          <span role="columnheader" className="visually-hidden">
            Control
          </span>
          <span role="columnheader">Requested</span>
          <span role="columnheader">Acknowledged</span>
          <span role="columnheader">Effective</span>
        </div>
        {controls.map((control) => (
          <ControlLine key={control.request.id} row={row} control={control} now={now} />
        ))}
      </div>
    </Section>
  )
}

function ControlLine({
  row,
  control,
  now,
}: {
  readonly row: Row
  readonly control: ControlRecord
  readonly now: number
}): ReactNode {
  const facts = threeFacts(control, now)
  return (
    <div className={styles.control}>
      <div className={styles.line} role="row">
        <div className={styles.name} role="rowheader">
          <span className={styles.title}>
            <SafeText text={controlTitle(control)} />
          </span>
          <span className={styles.note}>{actorText(control.request.by)}</span>
        </div>
        <FactCell fact={facts.requested} next={facts.acknowledged} first />
        <FactCell fact={facts.acknowledged} next={facts.effective} />
        <FactCell fact={facts.effective} />
        {control.noAnswerAt !== undefined && !isSettled(control) ? (
          <NoAnswer row={row} control={control} now={now} />
        ) : undefined}
      </div>
    </div>
  )
}

function FactCell({
  fact,
  next,
  first = false,
}: {
  readonly fact: ControlFact
  readonly next?: ControlFact
  readonly first?: boolean
}): ReactNode {
  const { text, note, tone } = wordsOf(fact, first)
  return (
    <div className={styles.fact} role="cell" data-phase={fact.phase}>
      <div className={styles.mark}>
        <Mark fact={fact} />
        <span
          className={`${styles.text} ${tone === undefined ? '' : styles[tone]}`}
          title={fact.phase === 'happened' ? utcText(fact.at) : undefined}
        >
          {text}
        </span>
        {next === undefined ? undefined : <span className={styles[joinOf(next)]} aria-hidden="true" />}
      </div>
      {note === undefined ? undefined : (
        <span className={styles.note} title={note}>
          <SafeText text={note} />
        </span>
      )}
    </div>
  )
}

function joinOf(next: ControlFact): 'joined' | 'awaited' | 'apart' {
  if (next.phase === 'waiting' || next.phase === 'noAnswer') return 'awaited'
  return next.phase === 'happened' || next.phase === 'refused' ? 'joined' : 'apart'
}

/** The column holds no three digits of milliseconds beside the word. */
function shortAge(ms: number): string {
  if (ms < 100) return ''
  return ms < 950 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms)
}

function wordsOf(
  fact: ControlFact,
  first: boolean,
): { readonly text: string; readonly note?: string; readonly tone?: 'amber' | 'red' | 'quiet' } {
  switch (fact.phase) {
    case 'happened':
      return {
        text: first ? clockText(fact.at) : `+${durationText(fact.afterMs)}`,
        ...(fact.note === undefined ? {} : { note: fact.note }),
      }
    case 'waiting':
      return {
        text: `waiting ${shortAge(fact.ageMs)}`.trimEnd(),
        tone: 'amber',
        ...(fact.overdueInMs === undefined
          ? {}
          : { note: fact.overdueInMs > 0 ? `overdue in ${durationText(fact.overdueInMs)}` : 'overdue' }),
      }
    case 'noAnswer':
      return { text: 'no answer', note: `${durationText(fact.ageMs)}, still open`, tone: 'amber' }
    case 'refused':
      return { text: 'refused', note: fact.reason, tone: 'red' }
    case 'notYet':
      return { text: 'not yet', tone: 'quiet' }
    case 'never':
      return { text: 'none', tone: 'quiet' }
    default:
      return assertNever(fact)
  }
}

function Mark({ fact }: { readonly fact: ControlFact }): ReactNode {
  switch (fact.phase) {
    case 'happened':
      return (
        <svg className={styles.happened} width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
          <circle cx="4" cy="4" r="4" fill="currentColor" />
        </svg>
      )
    case 'refused':
      return (
        <svg className={styles.red} width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
          <path d="M1 1l6 6M7 1 1 7" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
        </svg>
      )
    case 'waiting':
    case 'noAnswer':
      return (
        <svg className={styles.amber} width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
          <circle
            cx="4"
            cy="4"
            r="3.25"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.25"
            strokeDasharray="1.9 1.5"
          />
        </svg>
      )
    case 'notYet':
    case 'never':
      return (
        <svg className={styles.empty} width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
          <circle cx="4" cy="4" r="3.25" fill="none" stroke="currentColor" strokeWidth="1" />
        </svg>
      )
    default:
      return assertNever(fact)
  }
}

/** After the limit: wait on, take the wish back, or the next stronger thing. */
function NoAnswer({
  row,
  control,
  now,
}: {
  readonly row: Row
  readonly control: ControlRecord
  readonly now: number
}): ReactNode {
  const [patientUntil, setPatientUntil] = useState(0)
  const { withdraw, escalate } = useWayOut(row, control)
  if (now < patientUntil) return undefined
  return (
    <div className={styles.noAnswer} role="cell">
      <Button size="pane" look="outline" onClick={() => setPatientUntil(now + noAnswerAfterMs)}>
        Wait
      </Button>
      {withdraw === undefined ? undefined : (
        <Button size="pane" look="outline" onClick={withdraw.act}>
          {withdraw.title}
        </Button>
      )}
      {escalate === undefined ? undefined : (
        <Button size="pane" look="ghost" onClick={escalate.act}>
          {escalate.title}
        </Button>
      )}
    </div>
  )
}
