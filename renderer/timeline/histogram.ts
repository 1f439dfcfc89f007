/** Counts values in buckets that grow by about 1, 2, 5, as durations are read; percentiles are exact. Pure. */
import { durationText } from '../../core/model/duration.ts'

export interface HistogramBucket {
  readonly from: number
  /** Values below it. */
  readonly to: number
  readonly count: number
}

export interface Histogram {
  /** Without a gap, from the first that has a value to the last. */
  readonly buckets: readonly HistogramBucket[]
  readonly count: number
  /** The largest count of a bucket; 1 without values. */
  readonly most: number
  /** Of all values, `undefined` without any. */
  readonly p50: number | undefined
  readonly p90: number | undefined
  readonly p99: number | undefined
}

const minute = 60_000
const hour = 60 * minute

/** Edges of the buckets, milliseconds: round in the unit in which such a duration is read. */
const edges: readonly number[] = [
  0,
  ...[1, 10, 100, 1000].flatMap((power) => [power, 2 * power, 5 * power]),
  ...[10, 20, 40].map((count) => count * 1000),
  ...[1, 2, 5, 10, 20, 40].map((count) => count * minute),
  ...[1, 2, 5, 10, 20, 40, 100].map((count) => count * hour),
]

/** The edges that an axis names; between two of them are at least two buckets. */
const round: ReadonlySet<number> = new Set([1, 10, 100, 1000, 10_000, minute, 10 * minute, hour, 10 * hour, 100 * hour])

export function isRound(edge: number): boolean {
  return round.has(edge)
}

/** @param values milliseconds, none below 0 */
export function histogram(values: Iterable<number>): Histogram {
  const sorted = Float64Array.from(values).sort()
  const counts = new Array<number>(edges.length).fill(0)
  let place = 0
  for (const value of sorted) {
    while (place + 1 < edges.length && value >= (edges[place + 1] ?? 0)) place += 1
    counts[place] = (counts[place] ?? 0) + 1
  }
  const first = counts.findIndex((count) => count > 0)
  const last = counts.findLastIndex((count) => count > 0)
  const buckets: HistogramBucket[] = []
  for (let at = Math.max(0, first); at <= last; at += 1) {
    const to = edges[at + 1] ?? Number.POSITIVE_INFINITY
    buckets.push({ from: edges[at] ?? 0, to, count: counts[at] ?? 0 })
  }
  return {
    buckets,
    count: sorted.length,
    most: Math.max(1, ...counts),
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p99: percentile(sorted, 99),
  }
}

/** The smallest value that at least so many percent of all values do not exceed. */
function percentile(sorted: Float64Array, percent: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]
}

/** "200 ms to 500 ms" */
export function rangeText({ from, to }: Pick<HistogramBucket, 'from' | 'to'>): string {
  if (from === 0) return `under ${durationText(to)}`
  return Number.isFinite(to) ? `${durationText(from)} to ${durationText(to)}` : `${durationText(from)} and more`
}
