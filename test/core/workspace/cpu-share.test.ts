import { expect, it } from 'vitest'
import { createCpuShare } from '../../../core/workspace/cpu-share.ts'

it('is the processor time over the time that passed, and the same for all who ask within a second', () => {
  let now = 0
  let used = 0
  const read = createCpuShare(
    () => now,
    () => used,
  )
  expect(read()).toBe(0)
  now = 2000
  used = 500
  expect(read()).toBe(0.25)
  now = 2400
  used = 900
  expect(read()).toBe(0.25)
  now = 4000
  used = 4500
  expect(read()).toBe(2)
})
