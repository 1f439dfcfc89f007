import { expect, it } from 'vitest'
import { metricNames, attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import { createHistogramSeries } from '../../../core/telemetry/histogram-series.ts'
import type { Metric } from '../../../core/telemetry/metric.ts'
import { summarize } from '../../../core/telemetry/metric-summary.ts'

function histogram(name: string, record: (series: ReturnType<typeof createHistogramSeries>) => void): Metric {
  const series = createHistogramSeries()
  record(series)
  return { kind: 'histogram', name, unit: 's', description: 'How long', since: 0, at: 10, points: series.points() }
}

it('tasks of all names are one line; percentiles lie within the bucket and between the shortest and the longest', () => {
  const metric = histogram(metricNames.taskDuration, (series) => {
    for (let n = 1; n <= 100; n++) series.record(n / 100, { [names.taskName]: `task ${n % 3}` })
  })
  const [line] = summarize([metric], 0, 10).tasks
  expect(line).toMatchObject({ id: metricNames.taskDuration, count: 100, maxMs: 1000 })
  expect(line?.medianMs).toBeCloseTo(500, 0)
  expect(line?.p95Ms).toBeGreaterThan(900)
  expect(line?.p95Ms).toBeLessThanOrEqual(1000)
})

it('stays are one line per state', () => {
  const metric = histogram(metricNames.timeInState, (series) => {
    series.record(1, { [names.state]: 'running' })
    series.record(2, { [names.state]: 'suspended' })
  })
  const lines = summarize([metric], 0, 10).tasks
  expect(lines.map(({ text, maxMs }) => [text, maxMs])).toEqual([
    ['One stay in running', 1000],
    ['One stay in suspended', 2000],
  ])
})

it('sums and gauges are the sum of their points, also of none', () => {
  const base = { unit: '{span}', description: 'Spans that wait', since: 0, at: 10 } as const
  const queued: Metric = {
    ...base,
    kind: 'gauge',
    name: 'taskscope.export.queued',
    points: [
      { attributes: { to: 'a' }, value: 2 },
      { attributes: { to: 'b' }, value: 3 },
    ],
  }
  const dropped: Metric = { ...base, kind: 'sum', name: 'taskscope.export.dropped', points: [] }
  expect(summarize([queued, dropped], 0, 10).self.map(({ value }) => value)).toEqual([5, 0])
})
