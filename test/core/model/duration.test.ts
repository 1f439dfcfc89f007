import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agoText, briefDuration, durationParts, durationText } from '../../../core/model/duration.ts'

describe('durations', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [0.31, '0.3 ms'],
    [64, '64 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [12_400, '12.4 s'],
    [59_949, '59.9 s'],
    [59_950, '1 m 0 s'],
    [80_000, '1 m 20 s'],
    [3_599_600, '1 h 0 m'],
    [7_500_000, '2 h 5 m'],
    [93_600_000, '1 d 2 h'],
  ])('reads %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })

  it('gives number and unit apart, at most two of them, and never 60 of a smaller unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (ms) => {
        const parts = durationParts(ms)
        expect(parts.length).toBeLessThanOrEqual(2)
        for (const part of parts.slice(1)) expect(Number(part.value)).toBeLessThan(60)
      }),
    )
  })

  it('drops needless digits where a text is read in passing', () => {
    expect([3000, 4800, 12_400, 80_000].map(agoText)).toEqual(['3 s', '4.8 s', '12 s', '1 m 20 s'])
  })

  it('leaves out zeros that say nothing in a sentence', () => {
    expect([3000, 12_400, 60_000, 80_000, 7_200_000].map(briefDuration)).toEqual([
      '3 s',
      '12.4 s',
      '1 m',
      '1 m 20 s',
      '2 h',
    ])
  })
})
