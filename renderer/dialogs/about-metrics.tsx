/** What Taskscope has measured since its start: how tasks fared, and what it costs itself. Read anew every second. */
import { type ReactNode, useEffect, useState } from 'react'
import type { AppMetrics, DurationLine, NumberLine } from '../../core/model/app-metrics.ts'
import { durationText } from '../../core/model/duration.ts'
import { countText } from '../detail/time-text.ts'
import { useStatus } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import styles from './about-metrics.module.css'

export function AboutMetrics(): ReactNode {
  const model = useModel()
  // It comes once a second, and with it the time to read again.
  const status = useStatus()
  const [metrics, setMetrics] = useState<AppMetrics>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the status says when, not what
  useEffect(() => {
    let gone = false
    void model.invoke('readMetrics', undefined, { quiet: true }).then((result) => {
      if (!gone && result.ok) setMetrics(result.value)
    })
    return () => {
      gone = true
    }
  }, [model, status])
  if (metrics === undefined) return undefined
  return (
    <section className={styles.metrics} aria-label="Measured">
      <h3>Tasks in the last {durationText(metrics.at - metrics.since)}</h3>
      {metrics.tasks.length === 0 ? <p className={styles.none}>No task has ended yet.</p> : <Durations {...metrics} />}
      <h3>Taskscope itself</h3>
      <table className={styles.table} aria-label="Taskscope itself">
        <tbody>
          {metrics.self.map((line) => (
            <tr key={line.id} data-metric={line.id}>
              <th scope="row">{line.text}</th>
              <td>{numberText(line)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Durations({ tasks }: { readonly tasks: readonly DurationLine[] }): ReactNode {
  return (
    <table className={styles.table} aria-label="Tasks">
      <thead>
        <tr>
          <td />
          <th scope="col">count</th>
          <th scope="col">median</th>
          <th scope="col">p95</th>
          <th scope="col">longest</th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((line) => (
          <tr key={line.id} data-metric={line.id}>
            <th scope="row">{line.text}</th>
            <td>{countText(line.count)}</td>
            <td>{durationText(line.medianMs)}</td>
            <td>{durationText(line.p95Ms)}</td>
            <td>{durationText(line.maxMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A value with what it counts: "1 204", "12 %", "3.2 s", "182 MB". */
export function numberText({ value, unit }: Pick<NumberLine, 'value' | 'unit'>): string {
  switch (unit) {
    case '1':
      return `${(value * 100).toFixed(1)} %`
    case 's':
      return durationText(value * 1000)
    case 'By':
      return `${countText(Math.round(value / 1e6))} MB`
    default:
      return countText(Math.round(value))
  }
}
