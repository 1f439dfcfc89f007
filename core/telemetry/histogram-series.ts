/** Durations counted in fixed buckets, apart for each set of attributes; bounded, whatever names tasks have. */
import type { Attributes } from '../model/span.ts'
import type { HistogramPoint } from './metric.ts'

/** Upper bounds in seconds: from a millisecond to an hour. */
export const durationBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600,
]

/** Sets of attributes that are told apart; the others are counted together. */
const maxSeries = 200

export interface HistogramSeries {
  /** `seconds` may be negative where two clocks disagree; it counts as 0. */
  record(seconds: number, attributes: Attributes): void
  points(): readonly HistogramPoint[]
}

interface Series {
  readonly attributes: Attributes
  readonly counts: number[]
  count: number
  sum: number
  min: number
  max: number
}

export function createHistogramSeries(): HistogramSeries {
  const series = new Map<string, Series>()

  function seriesOf(attributes: Attributes, room = maxSeries): Series {
    const key = Object.values(attributes).join('\n')
    const known = series.get(key)
    if (known !== undefined) return known
    if (series.size >= room) return seriesOf(others(attributes), Number.POSITIVE_INFINITY)
    const counts = new Array<number>(durationBounds.length + 1).fill(0)
    const made = { attributes, counts, count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: 0 }
    series.set(key, made)
    return made
  }

  return {
    record(seconds, attributes) {
      const value = Math.max(seconds, 0)
      const one = seriesOf(attributes)
      const bucket = durationBounds.findIndex((bound) => value <= bound)
      const place = bucket < 0 ? durationBounds.length : bucket
      one.counts[place] = (one.counts[place] ?? 0) + 1
      one.count += 1
      one.sum += value
      one.min = Math.min(one.min, value)
      one.max = Math.max(one.max, value)
    },
    points: () =>
      [...series.values()].map(({ counts, ...rest }) => ({ ...rest, bounds: durationBounds, counts: [...counts] })),
  }
}

/** All that come too late share these, one set for each set of names. */
function others(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.keys(attributes).map((name) => [name, '(other)']))
}
