/** What linter and doctor say about a node: in a sentence, with the frames that show it and the fix where there is one. */
import { CircleAlert, Info, Stethoscope, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { offer } from '../../core/model/capability.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { Finding } from '../../core/model/finding.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import styles from './finding-list.module.css'

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info } as const

export function FindingList({
  row,
  findings,
  onFrame,
}: {
  readonly row: Row
  readonly findings: Detail['findings']['items']
  /** Shows a frame; without it the frames are only named. */
  readonly onFrame?: (seq: number) => void
}): ReactNode {
  return (
    <ul className={styles.list}>
      {helpfulFirst(findings).map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one rule may find two things at the same time
        <li key={`${finding.at} ${finding.rule} ${index}`} className={styles.finding} data-severity={finding.severity}>
          <FindingText finding={finding} row={row} {...(onFrame === undefined ? {} : { onFrame })} />
        </li>
      ))}
    </ul>
  )
}

const gravity = { error: 0, warning: 1, info: 2 } as const

/** What can be helped comes first, then what is worst; else in the order in which it was found. */
function helpfulFirst<T extends Finding>(findings: readonly T[]): readonly T[] {
  const place = (finding: Finding) => (finding.fix === undefined ? 1 + gravity[finding.severity] : 0)
  return findings.toSorted((one, other) => place(one) - place(other))
}

function FindingText({
  finding,
  row,
  onFrame,
}: {
  readonly finding: Finding
  readonly row: Row
  readonly onFrame?: (seq: number) => void
}): ReactNode {
  const Icon = finding.fix === undefined ? icons[finding.severity] : Stethoscope
  const frames = finding.frames ?? []
  return (
    <>
      <Icon className={styles.icon} size={14} strokeWidth={1.75} aria-hidden="true" />
      <div className={styles.words}>
        <p className={styles.text}>
          <SafeText text={finding.text} />
        </p>
        <p className={styles.rule}>
          {finding.severity}, {finding.rule}
        </p>
        {finding.evidence === undefined ? undefined : (
          <p className={styles.evidence}>
            <SafeText text={finding.evidence} />
          </p>
        )}
        {frames.length === 0 ? undefined : (
          <p className={styles.frames}>
            Evidence
            {frames.slice(0, shownFrames).map((seq) =>
              onFrame === undefined ? (
                <span key={seq} className={styles.frame}>
                  {seq}
                </span>
              ) : (
                <button key={seq} type="button" className={styles.frame} onClick={() => onFrame(seq)}>
                  {seq}
                </button>
              ),
            )}
            {frames.length > shownFrames ? `and ${frames.length - shownFrames} more` : undefined}
          </p>
        )}
        {finding.fix === undefined ? undefined : <Fix fix={finding.fix} rule={finding.rule} row={row} />}
      </div>
    </>
  )
}

const shownFrames = 4

function Fix({
  fix,
  rule,
  row,
}: {
  readonly fix: NonNullable<Finding['fix']>
  readonly rule: string
  readonly row: Row
}): ReactNode {
  const send = useSend()
  const whyNot = whyNotFixed(row)
  return (
    <>
      <Button size="pane" look="accent" whyNot={whyNot} onClick={() => send(row.key, { verb: 'fix', rule })}>
        {fix.title}
      </Button>
      <p className={styles.evidence}>{fix.note}</p>
    </>
  )
}

/** A finding stays when what it found is over; then there is nothing left to do. */
function whyNotFixed(row: Row): string | undefined {
  const offered = offer(row, 'fix')
  if (!offered.offered) return offered.reason
  if (!isTaskRow(row)) return undefined
  if (row.questions > 0) return 'its question is with the client already'
  return row.state === 'input_required' ? undefined : 'it goes on already'
}
