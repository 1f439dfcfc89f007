import { describe, expect, it } from 'vitest'
import { followAttempts } from '../../../renderer/state/follow-attempts.ts'
import { createWindowModel } from '../../../renderer/state/window-model.ts'
import { createFixtureFeed } from '../fixture-feed.ts'
import { child, host, keyOf } from '../row-samples.ts'

function failedTask() {
  const feed = createFixtureFeed([host('host'), child('a', 'host', { state: 'failed' }), child('b', 'host')])
  const model = createWindowModel({ wall: () => 10_000, newId: () => 'id' })
  followAttempts(model)
  model.attach(feed)
  model.select(keyOf('a'))
  const attempt = (createdAt: number) => feed.put(child('a2', 'host', { retryOf: keyOf('a'), attempt: 2, createdAt }))
  return { model, attempt, selection: () => model.store.getState().selection }
}

describe('after Retry', () => {
  it('the new attempt is selected when it appears', () => {
    const { model, attempt, selection } = failedTask()
    model.send(keyOf('a'), { verb: 'retry' })
    attempt(10_001)
    expect(selection()).toBe(keyOf('a2'))
  })

  it('what a person has selected meanwhile stays', () => {
    const { model, attempt, selection } = failedTask()
    model.send(keyOf('a'), { verb: 'retry' })
    model.select(keyOf('b'))
    attempt(10_001)
    expect(selection()).toBe(keyOf('b'))
  })

  it('an attempt that was there before, or that nobody here asked for, selects nothing', () => {
    const { model, attempt, selection } = failedTask()
    attempt(9000)
    model.send(keyOf('a'), { verb: 'retry' })
    attempt(9000)
    expect(selection()).toBe(keyOf('a'))
  })
})
