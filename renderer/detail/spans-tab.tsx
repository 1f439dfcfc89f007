/** The spans of a task as a waterfall: names at the left, bars on one scale of time, the open ones growing. */
import { type ReactNode, useMemo, useState } from 'react'
import type { Detail } from '../../core/model/detail.ts'
import { useNow } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { elapsedTicks, type TimeSpan } from '../timeline/time-span.ts'
import { useElementWidth } from '../timeline/use-element-size.ts'
import { Button } from '../widgets/button.tsx'
import { CopyButton } from './copy-button.tsx'
import { PaneMessage } from './section.tsx'
import { SpanBar, SpanName } from './span-bar.tsx'
import { SpanDetail } from './span-detail.tsx'
import { type SpanRow, spanSummary } from './span-rows.ts'
import styles from './spans-tab.module.css'
import { durationText, fineDurationParts } from './time-text.ts'

/** Free room at the right of an open trace, as a share of its length. */
const future = 0.07

export function SpansTab({ detail }: { readonly detail: Detail }): ReactNode {
  const summary = useMemo(() => spanSummary(detail), [detail])
  const now = useNow(summary.open > 0)
  const model = useModel()
  const [chosen, setChosen] = useState<string>()
  const [barsRef, width] = useElementWidth<HTMLDivElement>()
  const [first] = summary.rows
  if (first === undefined) {
    return (
      <PaneMessage
        text="It has no spans yet. Each of its states becomes one; with a collector configured they leave this machine."
        action={
          <Button size="pane" look="outline" onClick={() => model.open({ kind: 'export' })}>
            Export settings…
          </Button>
        }
      />
    )
  }
  const span = spanOf(summary.rows, now)
  const ticks = elapsedTicks(span, width)
  const nowAt = summary.open > 0 ? share(span, now) : undefined
  const row = summary.rows.find((each) => each.id === chosen)
  return (
    <div className={styles.spans}>
      <div className={styles.summary}>
        <span className={styles.label}>Trace</span>
        {summary.traceId === undefined ? (
          <span>none</span>
        ) : (
          <>
            <code className={styles.trace}>{summary.traceId}</code>
            <CopyButton text={summary.traceId} name="Copy trace id" />
          </>
        )}
        <span className={styles.counts}>
          <span>
            {summary.rows.length} {summary.rows.length === 1 ? 'span' : 'spans'}
          </span>
          <span>{summary.open} open</span>
          <span className={summary.errors > 0 ? styles.errors : undefined}>
            {summary.errors} {summary.errors === 1 ? 'error' : 'errors'}
          </span>
          <span>{summary.dropped} dropped</span>
        </span>
      </div>
      <div className={styles.heads}>
        <span className={styles.nameHead}>Span</span>
        <span className={styles.timeHead}>Time</span>
        <div ref={barsRef} className={styles.ruler} aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick.at} className={styles.tick} style={{ left: `${share(span, tick.at) * 100}%` }}>
              {tick.label}
            </span>
          ))}
        </div>
      </div>
      <div
        className={styles.rows}
        role="listbox"
        aria-label="Spans"
        tabIndex={0}
        onKeyDown={(event) => move(event, summary.rows, chosen, setChosen)}
      >
        {summary.rows.map((each) => (
          <div
            key={each.id}
            className={styles.row}
            role="option"
            aria-selected={each.id === chosen}
            onPointerDown={() => setChosen(each.id === chosen ? undefined : each.id)}
          >
            <SpanName row={each} />
            <span className={styles.time}>
              <Fine ms={(each.to ?? now) - each.from} />
            </span>
            <SpanBar row={each} span={span} now={now} intervals={each.kind === 'task' ? detail.intervals : undefined} />
          </div>
        ))}
        <div className={styles.grid} aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick.at} className={styles.gridLine} style={{ left: `${share(span, tick.at) * 100}%` }} />
          ))}
          {nowAt === undefined ? undefined : <span className={styles.now} style={{ left: `${nowAt * 100}%` }} />}
        </div>
      </div>
      {row === undefined ? undefined : <SpanDetail row={row} now={now} />}
    </div>
  )
}

function Fine({ ms }: { readonly ms: number }): ReactNode {
  return (
    <span title={durationText(ms)}>
      {fineDurationParts(ms).map(({ value, unit }, index) => (
        <span key={unit}>
          {index === 0 ? '' : ' '}
          {value}
          <span className={styles.unit}> {unit}</span>
        </span>
      ))}
    </span>
  )
}

function spanOf(rows: readonly SpanRow[], now: number): TimeSpan {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  let open = false
  for (const row of rows) {
    from = Math.min(from, row.from)
    to = Math.max(to, row.to ?? now)
    open ||= row.to === undefined
  }
  const length = Math.max(1, to - from)
  return { from, to: from + length * (open ? 1 + future : 1) }
}

function share(span: TimeSpan, at: number): number {
  return (at - span.from) / (span.to - span.from)
}

function move(
  event: React.KeyboardEvent,
  rows: readonly SpanRow[],
  chosen: string | undefined,
  choose: (id: string | undefined) => void,
): void {
  const place = rows.findIndex((row) => row.id === chosen)
  if (event.key === 'ArrowDown') choose(rows[Math.min(rows.length - 1, place + 1)]?.id)
  else if (event.key === 'ArrowUp') choose(rows[Math.max(0, place - 1)]?.id)
  else if (event.key === 'Home') choose(rows[0]?.id)
  else if (event.key === 'End') choose(rows.at(-1)?.id)
  else return
  event.preventDefault()
}
