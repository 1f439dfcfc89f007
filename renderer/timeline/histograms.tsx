/** How long tasks took, stayed in states, and let controls wait. A click on a bucket leaves only its tasks in the tree. */
import { type CSSProperties, type ReactNode, useMemo, useState } from 'react'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { countText, durationText, tasksText } from '../detail/time-text.ts'
import { type Bucket, type Measure, measured, measureText } from '../state/measure.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { type Histogram, histogram, isRound, rangeText } from './histogram.ts'
import styles from './histograms.module.css'

const stateMeasures = [
  { id: 'pending', title: 'pending' },
  { id: 'running', title: 'running' },
  { id: 'suspended', title: 'suspended' },
  { id: 'input', title: 'input' },
] as const

/** @param now stands for the rows, which change in place: they are counted anew with each tick that brought some */
export function Histograms({ now }: { readonly now: number }): ReactNode {
  const [state, setState] = useState<(typeof stateMeasures)[number]['id']>('running')
  return (
    <div className={styles.histograms}>
      <Chart title="Duration" measure="duration" now={now} none="No task has ended yet." />
      <Chart
        title="Time in state"
        heading="Time in"
        measure={state}
        now={now}
        none="No stay in this state is over yet."
        aside={<Segmented name="State" options={stateMeasures} chosen={state} onChoose={setState} />}
      />
      <Chart title="Time to acknowledge" measure="acknowledge" now={now} none="No control has taken effect yet." />
      <Chart title="Time to effect" measure="effect" now={now} none="No control has taken effect yet." />
    </div>
  )
}

interface ChartProps {
  readonly title: string
  readonly measure: Measure
  readonly now: number
  readonly none: string
  /** What stands over it, where `aside` says the rest of the title. */
  readonly heading?: string
  readonly aside?: ReactNode
}

function Chart({ title, heading = title, measure, now, none, aside }: ChartProps): ReactNode {
  const model = useModel()
  const rows = useWindow((state) => state.rows)
  const source = useWindow((state) => state.source)
  const chosen = useWindow((state) => (state.bucket?.measure === measure ? state.bucket : undefined))
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each tick of the clock, counted only if something came
  const changes = useMemo(() => model.store.getState().tick, [model, now])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `changes` stands for the rows, which change in place
  const counted = useMemo(() => histogram(valuesOf(rows.values(), measure, source)), [rows, measure, source, changes])
  return (
    <section className={styles.chart} aria-label={title}>
      <header className={styles.head}>
        <h3 className={styles.title}>{heading}</h3>
        {aside}
      </header>
      <Percentiles counted={counted} />
      {counted.count === 0 ? (
        <p className={styles.none}>{none}</p>
      ) : (
        <div className={styles.bars} role="group" aria-label={`Buckets of ${measureText(measure)}`}>
          {counted.buckets.map(({ from, to, count }) => {
            const bucket: Bucket = { measure, from, to }
            const pressed = chosen?.from === from && chosen.to === to
            return (
              <div key={from} className={styles.place}>
                <button
                  type="button"
                  className={styles.bucket}
                  aria-pressed={pressed}
                  aria-label={`${rangeText(bucket)}, ${tasksText(count)}`}
                  title={`${rangeText(bucket)}: ${countText(count)}`}
                  disabled={count === 0}
                  onClick={() => model.setBucket(pressed ? undefined : bucket)}
                />
                {/* Drawn over the button, whose name says all of it. */}
                <span className={styles.count} aria-hidden="true">
                  {count === 0 ? '' : countText(count)}
                </span>
                <span className={styles.column}>
                  <span
                    className={styles.bar}
                    data-empty={count === 0 ? '' : undefined}
                    style={{ '--share': count / counted.most } as CSSProperties}
                  />
                </span>
                <span className={styles.edge} aria-hidden="true">
                  {isRound(from) || counted.buckets.length === 1 ? durationText(from) : ''}
                </span>
              </div>
            )
          })}
        </div>
      )}
    </section>
  )
}

function Percentiles({ counted }: { readonly counted: Histogram }): ReactNode {
  const { p50, p90, p99 } = counted
  if (p50 === undefined || p90 === undefined || p99 === undefined) return undefined
  return (
    <span className={styles.percentiles}>
      {(
        [
          ['p50', p50],
          ['p90', p90],
          ['p99', p99],
        ] as const
      ).map(([name, value]) => (
        <span key={name}>
          <span className={styles.label}>{name}</span> {durationText(value)}
        </span>
      ))}
    </span>
  )
}

function* valuesOf(rows: Iterable<Row>, measure: Measure, source: Row['source'] | undefined): Generator<number> {
  for (const row of rows) {
    if (!isTaskRow(row) || (source !== undefined && row.source !== source)) continue
    const value = measured(row, measure)
    if (value !== undefined) yield value
  }
}
