import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRing } from '../../../core/registry/ring.ts'

describe('ring', () => {
  it('keeps the newest items in order, gives back those that leave, and counts them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 20 }), (capacity, pushes) => {
        const ring = createRing<number>(capacity)
        const kept: number[] = []
        for (let n = 0; n < pushes; n++) {
          kept.push(n)
          expect(ring.push(n)).toBe(kept.length > capacity ? kept.shift() : undefined)
          expect(ring.size).toBe(kept.length)
          expect(ring.toBounded()).toEqual({ items: kept, dropped: n + 1 - kept.length })
        }
      }),
    )
  })
})
