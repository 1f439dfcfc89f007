/** Why a node is as it is, what can be done about it, what was asked of it, and its facts. */
import type { ReactNode } from 'react'
import type { Detail } from '../../core/model/detail.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow, type Row, type TaskRow } from '../../core/model/row.ts'
import { FindingList } from '../frames/finding-list.tsx'
import { useNow } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { BreakpointsSection } from '../sys/breakpoints-section.tsx'
import { ControlHistory } from './control-history.tsx'
import { NodeFacts } from './node-facts.tsx'
import { OfferList } from './offer-list.tsx'
import { OutcomeSection } from './outcome-section.tsx'
import styles from './overview-tab.module.css'
import { PayloadView } from './payload-view.tsx'
import { QuestionForm } from './question-form.tsx'
import { RowActions } from './row-actions.tsx'
import { SafeText } from './safe-text.tsx'
import { Section } from './section.tsx'
import { TaskFacts } from './task-facts.tsx'
import { WhyFacts } from './why-facts.tsx'
import { whySentence, whyTitle } from './why-sentence.ts'

export function OverviewTab({ row, detail }: { readonly row: Row; readonly detail: Detail | undefined }): ReactNode {
  const task = isTaskRow(row) ? row : undefined
  const controls = detail?.controls ?? (row.control === undefined ? [] : [row.control])
  const findings =
    detail === undefined || detail.findings.items.length === 0 ? undefined : <Findings row={row} detail={detail} />
  // What can be helped with one click stands where it is seen at once.
  const helpful =
    detail?.findings.items.some((finding) => finding.fix !== undefined) === true && row.endedAt === undefined
  return (
    <>
      <WhySection row={row} detail={detail} />
      {helpful ? findings : undefined}
      {detail?.questions.map((question) => (
        <QuestionForm key={question.requestId} task={row.key} question={question} />
      ))}
      {detail?.outcome === undefined ? undefined : <OutcomeSection outcome={detail.outcome} />}
      {row.node === 'host' ? <BreakpointsSection key={row.key} row={row} /> : undefined}
      <ControlHistory row={row} controls={controls} />
      {task === undefined ? undefined : <TaskFacts row={task} />}
      {isTaskRow(row) ? undefined : <NodeFacts row={row} />}
      {detail === undefined || isTaskRow(row) ? undefined : <OfferList row={row} offers={detail.offers} />}
      {detail?.input === undefined ? undefined : (
        <Section title="Input">
          <PayloadView payload={detail.input} />
        </Section>
      )}
      {helpful ? undefined : findings}
    </>
  )
}

function WhySection({ row, detail }: { readonly row: Row; readonly detail: Detail | undefined }): ReactNode {
  const now = useNow(isLive(row))
  return (
    <Section title={whyTitle(row)}>
      <p className={styles.why}>
        <SafeText text={whySentence(row, detail, now)} />
      </p>
      <WhyFacts row={row} detail={detail} now={now} />
      <RowActions row={row} detail={detail} />
    </Section>
  )
}

function isLive(row: Row): boolean {
  return !isTaskRow(row) || !isTerminal(row.state) || (row as TaskRow).stillRunning !== undefined
}

function Findings({ row, detail }: { readonly row: Row; readonly detail: Detail }): ReactNode {
  const model = useModel()
  const { items, dropped } = detail.findings
  return (
    <Section title="Findings" count={items.length + dropped}>
      <FindingList row={row} findings={items} onFrame={(seq) => model.focusFrame({ row: row.key, seq })} />
    </Section>
  )
}
