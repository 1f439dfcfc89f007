/** The small facts of a task in two columns of pairs. */
import type { ReactNode } from 'react'
import { isTerminal } from '../../core/model/lifecycle.ts'
import type { TaskRow } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { useNow, useRow, useSelection } from '../state/hooks.ts'
import { CopyId } from './copy-button.tsx'
import { SafeText } from './safe-text.tsx'
import { Fact, Facts, Section } from './section.tsx'
import { shortTrace } from './short-trace.ts'
import styles from './task-facts.module.css'
import { clockText, countText, durationText, utcText } from './time-text.ts'

export function TaskFacts({ row }: { readonly row: TaskRow }): ReactNode {
  const live = !isTerminal(row.state)
  const now = useNow(live)
  const parent = useRow(row.parent)
  const earlier = useRow(row.retryOf)
  const { select } = useSelection()
  const end = row.endedAt ?? now
  const inState = Math.max(0, end - row.stateAt)
  const runningMs = row.runningMs + (row.state === 'running' ? inState : 0)
  const suspendedMs = row.suspendedMs + (row.state === 'suspended' ? inState : 0)
  return (
    <Section title="Facts">
      <Facts columns={2}>
        <Fact name={row.startedAt === undefined ? 'Created' : 'Started'}>
          <Moment at={row.startedAt ?? row.createdAt} />
        </Fact>
        <Fact name="Running">{durationText(runningMs)}</Fact>

        {row.endedAt === undefined ? (
          <Fact name="Timeout">{timeoutText(row, runningMs)}</Fact>
        ) : (
          <Fact name="Ended">
            <Moment at={row.endedAt} />
          </Fact>
        )}
        <Fact name="Suspended">{suspendedMs > 0 ? durationText(suspendedMs) : 'never'}</Fact>

        <Fact name="Progress">{progressText(row)}</Fact>
        <Fact name="Pending">{pendingText((row.startedAt ?? end) - row.createdAt)}</Fact>

        {row.ttlMs === undefined ? undefined : <Expiry row={row} now={now} />}
        {row.pollIntervalMs === undefined ? undefined : (
          <Fact name="Poll">
            <span title={pollTitle(row.pollIntervalMs, row.polls)}>
              every {durationText(row.pollIntervalMs)}
              {row.polls === undefined ? '' : `, ${countText(row.polls)}×`}
            </span>
          </Fact>
        )}

        <Fact name="Trace">
          {row.trace === undefined ? (
            'none'
          ) : (
            <CopyId id={row.trace.traceId} shown={shortTrace(row.trace.traceId)} name="Copy trace id" />
          )}
        </Fact>
        <Fact name="Parent">
          {parent === undefined ? (
            'none'
          ) : (
            <button type="button" className={styles.link} onClick={() => select(parent.key)}>
              <SafeText text={parent.name} />
            </button>
          )}
        </Fact>
        {row.host === undefined ? undefined : <Fact name="Runs at">the client, for the server</Fact>}
        {row.label === undefined ? undefined : (
          <Fact name="For">
            <span title={visibleText(row.label)}>
              <SafeText text={row.label} />
            </span>
          </Fact>
        )}
        {earlier === undefined ? undefined : (
          <Fact name="Retry of">
            <button type="button" className={styles.link} onClick={() => select(earlier.key)}>
              <SafeText text={earlier.id} />
            </button>
          </Fact>
        )}
      </Facts>
    </Section>
  )
}

export function Moment({ at }: { readonly at: number }): ReactNode {
  return (
    <time dateTime={utcText(at)} title={utcText(at)}>
      {clockText(at, 3)}
    </time>
  )
}

function timeoutText(row: TaskRow, runningMs: number): string {
  if (row.timeoutMs === undefined) return 'none'
  if (row.startedAt === undefined) return durationText(row.timeoutMs)
  const left = row.timeoutMs - runningMs
  return left > 0 ? `${durationText(left)} left` : `passed ${durationText(-left)} ago`
}

function pendingText(ms: number): string {
  return ms < 1 ? 'under 1 ms' : durationText(ms)
}

function progressText(row: TaskRow): string {
  if (row.progress === undefined) return 'none told'
  const { current, total } = row.progress
  return total === undefined ? countText(current) : `${countText(current)} of ${countText(total)}`
}

/** Counted by the peer from the creation; it cannot be stopped. Of a task that has ended it is when its result goes. */
function Expiry({ row, now }: { readonly row: TaskRow; readonly now: number }): ReactNode {
  if (row.ttlMs === undefined || row.ttlMs === null) return <Fact name="Expires">never</Fact>
  const at = row.createdAt + row.ttlMs
  const left = at - now
  const name = left > 0 ? 'Expires' : 'Expired'
  if (row.endedAt !== undefined) {
    return (
      <Fact name={name}>
        <Moment at={at} />
      </Fact>
    )
  }
  return <Fact name={name}>{left > 0 ? `in ${durationText(left)}` : `${durationText(-left)} ago`}</Fact>
}

function pollTitle(intervalMs: number, polls: number | undefined): string {
  const asked = polls === undefined ? '' : `; it was asked ${countText(polls)} ${polls === 1 ? 'time' : 'times'}`
  return `Its host wants to be asked every ${durationText(intervalMs)}${asked}`
}
