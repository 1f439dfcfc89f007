/** The two or three facts that explain a wait: the last checkpoint, a busy event loop, what it says of its progress. */
import type { ReactNode } from 'react'
import type { Detail } from '../../core/model/detail.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow, type NodeRow, type Row } from '../../core/model/row.ts'
import { useLiveChildren } from '../state/hooks.ts'
import { useWindow } from '../state/window-context.tsx'
import { hostOf } from './host-of.ts'
import styles from './overview-tab.module.css'
import { SafeText } from './safe-text.tsx'
import { SourceLink } from './source-link.tsx'
import { countText, durationText } from './time-text.ts'
import { usualCheckpointGap } from './usual-gap.ts'

export function WhyFacts({
  row,
  detail,
  now,
}: {
  readonly row: Row
  readonly detail: Detail | undefined
  readonly now: number
}): ReactNode {
  const host = useWindow((state) => hostOf(row, state.rows))
  const task = isTaskRow(row) && !isTerminal(row.state) ? row : undefined
  const blockedMs = task === undefined && isTaskRow(row) ? undefined : blockedOf(host)
  const gap = usualCheckpointGap(detail)
  const place = detail?.stack?.frames.find((frame) => frame.file !== undefined)
  const liveChildren = useLiveChildren(row.key)
  const children = task === undefined ? 0 : liveChildren
  if (
    task?.checkpoint === undefined &&
    blockedMs === undefined &&
    task?.progress?.message === undefined &&
    children === 0
  )
    return undefined
  return (
    <dl className={styles.facts}>
      {task?.checkpoint === undefined ? undefined : (
        <>
          <dt>last checkpoint</dt>
          <dd>
            <code>
              <SafeText text={task.checkpoint.label} />
            </code>
            <span>
              {durationText(now - task.checkpoint.at)} ago
              {gap === undefined ? '' : `, usually every ${durationText(gap)}`}
            </span>
          </dd>
        </>
      )}
      {blockedMs === undefined ? undefined : (
        <>
          <dt>event loop</dt>
          <dd>
            <strong>busy {durationText(blockedMs)}</strong>
            {place?.file === undefined ? undefined : (
              <>
                <span>in</span>
                <SourceLink place={{ file: place.file, line: place.line, column: place.column }} />
              </>
            )}
          </dd>
        </>
      )}
      {children === 0 ? undefined : (
        <>
          <dt>children</dt>
          <dd>
            <strong>{countText(children)} not done</strong>
          </dd>
        </>
      )}
      {task?.progress?.message === undefined ? undefined : (
        <>
          <dt>it says</dt>
          <dd>
            <strong>
              <SafeText text={task.progress.message} />
            </strong>
          </dd>
        </>
      )}
    </dl>
  )
}

function blockedOf(host: NodeRow | undefined): number | undefined {
  const blocked = host?.facts.loopBlockedMs
  return typeof blocked === 'number' && blocked > 0 ? blocked : undefined
}
