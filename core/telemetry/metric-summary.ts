/** Metrics as the few lines that a person reads: durations as percentiles, everything else as one number each. */
import type { AppMetrics, DurationLine, NumberLine } from '../model/app-metrics.ts'
import { metricNames, attributeNames as names } from './attribute-names.ts'
import type { HistogramPoint, Metric } from './metric.ts'

/** @param since when counting began; `at` is now; both milliseconds since the epoch. */
export function summarize(metrics: readonly Metric[], since: number, at: number): AppMetrics {
  const tasks: DurationLine[] = []
  const self: NumberLine[] = []
  for (const metric of metrics) {
    if (metric.kind === 'histogram') {
      // Names of tasks are many, states are few.
      const byState = metric.name === metricNames.timeInState
      for (const [group, points] of grouped(metric.points, byState)) {
        const id = group === '' ? metric.name : `${metric.name} ${group}`
        const text = group === '' ? metric.description : `One stay in ${group}`
        tasks.push(durationLine(id, text, merged(points)))
      }
    } else {
      const value = metric.points.reduce((sum, point) => sum + point.value, 0)
      self.push({ id: metric.name, text: metric.description, value, unit: metric.unit })
    }
  }
  return { since, at, tasks, self }
}

function grouped(points: readonly HistogramPoint[], byState: boolean): ReadonlyMap<string, HistogramPoint[]> {
  const groups = new Map<string, HistogramPoint[]>()
  for (const point of points) {
    const group = byState ? String(point.attributes[names.state]) : ''
    const known = groups.get(group)
    if (known === undefined) groups.set(group, [point])
    else known.push(point)
  }
  return groups
}

type Distribution = Omit<HistogramPoint, 'attributes'>

function merged(points: readonly HistogramPoint[]): Distribution {
  const [first] = points
  const bounds = first?.bounds ?? []
  const counts = new Array<number>(bounds.length + 1).fill(0)
  let count = 0
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = 0
  for (const point of points) {
    point.counts.forEach((many, bucket) => {
      counts[bucket] = (counts[bucket] ?? 0) + many
    })
    count += point.count
    sum += point.sum
    min = Math.min(min, point.min)
    max = Math.max(max, point.max)
  }
  return { bounds, counts, count, sum, min, max }
}

function durationLine(id: string, text: string, all: Distribution): DurationLine {
  return {
    id,
    text,
    count: all.count,
    medianMs: quantile(all, 0.5) * 1000,
    p95Ms: quantile(all, 0.95) * 1000,
    maxMs: all.max * 1000,
  }
}

/** The value below which a share of all lies, taken as spread evenly within its bucket. */
function quantile({ bounds, counts, count, min, max }: Distribution, share: number): number {
  let left = share * count
  for (const [bucket, many] of counts.entries()) {
    if (many < left) {
      left -= many
      continue
    }
    const from = Math.max(bounds[bucket - 1] ?? 0, min)
    const to = Math.min(bounds[bucket] ?? max, max)
    return many === 0 ? from : from + ((to - from) * left) / many
  }
  return max
}
