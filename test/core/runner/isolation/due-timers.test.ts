import { expect, test } from 'vitest'
import { createDueTimers } from '../../../../core/runner/isolation/due-timers.ts'
import { createFakeTime } from '../../../support/fake-time.ts'

test('what is due is called once, in its order, whoever comes first: its timer or a visit', async () => {
  const time = createFakeTime()
  let now = time.now()
  const timers = createDueTimers(time, { now: () => now })
  const called: string[] = []
  timers.after(20, () => called.push('b'))
  timers.after(10, () => called.push('a'))
  const dispose = timers.after(15, () => called.push('disposed'))
  timers.after(500, () => called.push('c'))
  dispose()
  timers.runDue()
  expect(called).toEqual([])
  // The event loop stands still, time does not.
  now += 50
  timers.runDue()
  expect(called).toEqual(['a', 'b'])
  await time.advance(1000)
  expect(called).toEqual(['a', 'b', 'c'])
  timers.runDue()
  expect(called).toEqual(['a', 'b', 'c'])
})
