import { expect, it } from 'vitest'
import { watchSlowFrames } from '../../../renderer/state/slow-frames.ts'
import { createFakeTime } from '../../support/fake-time.ts'

it('tells of slow frames together, at most once a second, and never of none', async () => {
  const time = createFakeTime()
  const told: (readonly [number, number])[] = []
  let slow: (lengthMs: number) => void = () => undefined
  let observed = true
  const stop = watchSlowFrames((count, longestMs) => told.push([count, longestMs]), {
    observe(callback) {
      slow = callback
      return () => {
        observed = false
      }
    },
    after: time.after,
  })
  slow(60)
  slow(140)
  await time.advance(1000)
  expect(told).toEqual([[2, 140]])
  await time.advance(5000)
  slow(70)
  await time.advance(1000)
  expect(told).toEqual([
    [2, 140],
    [1, 70],
  ])
  slow(80)
  stop()
  await time.advance(5000)
  expect(told).toHaveLength(2)
  expect([observed, time.pending()]).toEqual([false, 0])
})
