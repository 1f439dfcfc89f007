/** What the runner counts of a task, as of when it was asked. */
import type { ReactNode } from 'react'
import { offer } from '../../core/model/capability.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { TaskRow } from '../../core/model/row.ts'
import { Fact, Facts, Section } from '../detail/section.tsx'
import { clockText, countText, durationText } from '../detail/time-text.ts'
import { useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import styles from './sys.module.css'

export function StatisticsSection({
  row,
  detail,
}: {
  readonly row: TaskRow
  readonly detail: Detail | undefined
}): ReactNode {
  const send = useSend()
  const may = offer(row, 'getStatistics')
  const told = detail?.inspection?.statistics
  const read = (
    <Button
      size="pane"
      look="outline"
      whyNot={may.offered ? undefined : may.reason}
      onClick={() => send(row.key, { verb: 'getStatistics' })}
    >
      {told === undefined ? 'Read statistics' : 'Read again'}
    </Button>
  )
  return (
    <Section title="Statistics" aside={read}>
      {told === undefined ? (
        <p className={styles.quiet}>They have not been read.</p>
      ) : (
        <>
          <p className={styles.asOf}>as of {clockText(told.at, 1)}</p>
          <Facts columns={2}>
            <Fact name="Started">
              {told.value.startedAt === undefined ? 'not yet' : clockText(told.value.startedAt)}
            </Fact>
            <Fact name="Running">{durationText(told.value.runningMs)}</Fact>
            <Fact name="Checkpoints">{countText(told.value.checkpoints)}</Fact>
            <Fact name="Updates">{countText(told.value.updates)}</Fact>
            <Fact name="Holds">{countText(told.value.holds)}</Fact>
            <Fact name="Waits">{countText(told.value.waits)}</Fact>
          </Facts>
        </>
      )}
    </Section>
  )
}
