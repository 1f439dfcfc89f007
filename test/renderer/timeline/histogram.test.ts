import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inBucket, measured } from '../../../renderer/state/measure.ts'
import { histogram, rangeText } from '../../../renderer/timeline/histogram.ts'
import { firstLength } from '../../../renderer/timeline/use-view.ts'
import { makeFilter } from '../../../renderer/tree/filter.ts'
import { taskRow } from '../preview/sample-rows.ts'

const now = 1_800_000_000_000
const ended = taskRow(now, 1, {
  id: 'a',
  of: 'demo',
  name: 'a',
  state: 'completed',
  createdAt: now - 400,
  startedAt: now - 300,
  endedAt: now,
  runningMs: 250,
  suspendedMs: 50,
  answered: { acknowledgedMs: 3, effectiveMs: 41 },
})
const live = taskRow(now, 2, { id: 'b', of: 'demo', name: 'b' })

describe('a histogram', () => {
  it('counts in steps of 1, 2, 5 without gaps, with exact percentiles', () => {
    const counted = histogram([3, 4, 12, 60])
    expect(counted.buckets).toEqual([
      { from: 2, to: 5, count: 2 },
      { from: 5, to: 10, count: 0 },
      { from: 10, to: 20, count: 1 },
      { from: 20, to: 50, count: 0 },
      { from: 50, to: 100, count: 1 },
    ])
    expect(counted).toMatchObject({ count: 4, most: 2, p50: 4, p90: 60, p99: 60 })
    expect(histogram([])).toMatchObject({ buckets: [], count: 0, p50: undefined })
  })

  it('puts every value into the one bucket that holds it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e12, noNaN: true })), (values) => {
        const { buckets, p50, p90, p99 } = histogram(values)
        for (const { from, to, count } of buckets) {
          expect(values.filter((value) => value >= from && value < to)).toHaveLength(count)
        }
        expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
        for (const [percent, value] of [
          [50, p50],
          [90, p90],
          [99, p99],
        ] as const) {
          if (value === undefined) continue
          expect(values.filter((each) => each <= value).length * 100).toBeGreaterThanOrEqual(percent * values.length)
        }
      }),
    )
  })

  it('names its buckets', () => {
    expect(rangeText({ from: 0, to: 1 })).toBe('under 1 ms')
    expect(rangeText({ from: 200, to: 500 })).toBe('200 ms to 500 ms')
  })
})

describe('what is measured of a task', () => {
  it('counts once it is over', () => {
    expect(measured(ended, 'duration')).toBe(400)
    expect(measured(ended, 'pending')).toBe(100)
    expect(measured(ended, 'running')).toBe(250)
    expect(measured(ended, 'acknowledge')).toBe(3)
    expect(measured(ended, 'effect')).toBe(41)
    expect(measured(live, 'duration')).toBeUndefined()
    expect(measured(live, 'effect')).toBeUndefined()
  })

  it('leaves in the tree only the tasks of a bucket', () => {
    const bucket = { measure: 'duration', from: 200, to: 500 } as const
    expect(inBucket(ended, bucket)).toBe(true)
    const passes = makeFilter({ query: '', faces: new Set(), source: undefined, bucket, sourceName: () => '' })
    expect(passes?.(ended)).toBe(true)
    expect(passes?.(live)).toBe(false)
    expect(passes?.({ ...ended, endedAt: now + 100 })).toBe(false)
  })
})

describe('the stretch of time in view at first', () => {
  const lengthAt = (ms: number) => firstLength({ from: now, to: now + ms })
  it('is the whole session while that is short, and never much more', () => {
    expect(firstLength(undefined)).toBe(4000)
    for (const ms of [1000, 3000, 5000, 8000, 20_000, 50_000, 80_000]) {
      expect(lengthAt(ms)).toBeGreaterThanOrEqual(ms)
      expect(lengthAt(ms)).toBeLessThan(ms * 1.4)
    }
    expect(lengthAt(1e7)).toBe(100_000)
  })
})
