import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clockTicks,
  elapsedTicks,
  following,
  longestSpanMs,
  pixelOf,
  shortestSpanMs,
  timeAt,
  zoomed,
} from '../../../renderer/timeline/time-span.ts'

const spans = fc
  .record({
    from: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
    length: fc.integer({ min: shortestSpanMs, max: longestSpanMs }),
  })
  .map(({ from, length }) => ({ from, to: from + length }))

describe('a stretch of time', () => {
  it('turns pixels into times and back', () => {
    fc.assert(
      fc.property(
        spans,
        fc.integer({ min: 1, max: 4000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (span, width, share) => {
          const pixel = share * width
          expect(pixelOf(span, width, timeAt(span, width, pixel))).toBeCloseTo(pixel, 0)
        },
      ),
    )
  })

  it('zooms around its anchor, within limits', () => {
    fc.assert(
      fc.property(
        spans,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (span, factor, share) => {
          const anchor = span.from + share * (span.to - span.from)
          const next = zoomed(span, factor, anchor)
          const length = next.to - next.from
          expect(length).toBeGreaterThanOrEqual(shortestSpanMs - 1)
          expect(length).toBeLessThanOrEqual(longestSpanMs + 1)
          expect((anchor - next.from) / length).toBeCloseTo(share, 2)
        },
      ),
    )
  })

  it('follows now with a little future', () => {
    expect(following(1_000_000, 100_000)).toEqual({ from: 907_000, to: 1_007_000 })
  })

  it('writes few, round ticks within itself', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 100, max: 3000 }), (span, width) => {
        for (const ticks of [clockTicks(span, width), elapsedTicks(span, width)]) {
          expect(ticks.length).toBeLessThanOrEqual(width / 80 + 2)
          expect(ticks.every((tick) => tick.at >= span.from && tick.at <= span.to)).toBe(true)
        }
      }),
    )
  })

  it('names distances in the unit that fits', () => {
    expect(elapsedTicks({ from: 5000, to: 17_000 }, 600).map((tick) => tick.label)).toEqual([
      '0 s',
      '2 s',
      '4 s',
      '6 s',
      '8 s',
      '10 s',
      '12 s',
    ])
  })
})
