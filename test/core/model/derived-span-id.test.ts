import fc from 'fast-check'
import { expect, it } from 'vitest'
import { derivedSpanId, pendingRecordNumber } from '../../../core/model/derived-span-id.ts'

const spanId = fc
  .tuple(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 0, max: 0xffff_ffff }))
  .map((words) => words.map((word) => word.toString(16).padStart(8, '0')).join(''))

it('is a valid span id, the same each time, and not the one it came from', () => {
  fc.assert(
    fc.property(spanId, fc.integer({ min: 0, max: 1000 }), (id, n) => {
      const derived = derivedSpanId(id, n)
      expect(derived).toMatch(/^[0-9a-f]{16}$/)
      expect(derived).not.toBe('0'.repeat(16))
      expect(derived).toBe(derivedSpanId(id, n))
      expect(derived).not.toBe(id)
    }),
  )
})

it('differs between tasks whose ids differ by one, and between the intervals of a task', () => {
  const derived = new Set<string>()
  for (let task = 1; task <= 2000; task++) {
    const id = task.toString(16).padStart(16, '0')
    derived.add(id)
    for (const n of [0, 1, 2, 3, pendingRecordNumber]) derived.add(derivedSpanId(id, n))
  }
  expect(derived.size).toBe(2000 * 6)
})
