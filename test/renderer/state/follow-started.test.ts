import { describe, expect, it } from 'vitest'
import { followStarted } from '../../../renderer/state/follow-started.ts'
import { createWindowModel } from '../../../renderer/state/window-model.ts'
import { createFixtureFeed } from '../fixture-feed.ts'
import { child, host, keyOf } from '../row-samples.ts'

function failedTask() {
  const feed = createFixtureFeed([host('host'), child('a', 'host', { state: 'failed' }), child('b', 'host')])
  const model = createWindowModel({ wall: () => 10_000, newId: () => 'id' })
  followStarted(model)
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

describe('after Run', () => {
  function openHost() {
    const feed = createFixtureFeed([host('host'), child('old', 'host', { name: 'crawl' })])
    const model = createWindowModel({ wall: () => 10_000, newId: () => 'id' })
    followStarted(model)
    model.attach(feed)
    model.select(keyOf('host'))
    const run = () => model.send(keyOf('host'), { verb: 'start', offer: 'crawl', input: {} })
    return { feed, model, run, selection: () => model.store.getState().selection }
  }

  it('the task that was started is selected when its row appears', () => {
    const { feed, run, selection } = openHost()
    run()
    expect(selection()).toBe(keyOf('host'))
    feed.put(child('new', 'host', { name: 'crawl' }))
    expect(selection()).toBe(keyOf('new'))
  })

  it('also where nothing was selected before', () => {
    const { feed, model, run, selection } = openHost()
    model.select(undefined)
    run()
    feed.put(child('new', 'host', { name: 'crawl' }))
    expect(selection()).toBe(keyOf('new'))
  })

  it('what a person has selected meanwhile stays', () => {
    const { feed, model, run, selection } = openHost()
    run()
    model.select(keyOf('old'))
    feed.put(child('new', 'host', { name: 'crawl' }))
    expect(selection()).toBe(keyOf('old'))
  })

  it('news of older tasks, tasks of another name and tasks elsewhere are not taken for it', () => {
    const elsewhere = child('elsewhere', 'old', { name: 'crawl' })
    const { feed, run, selection } = openHost()
    run()
    feed.put(child('old', 'host', { name: 'crawl', state: 'completed', ord: 0 }), elsewhere, child('index', 'host'))
    expect(selection()).toBe(keyOf('host'))
    feed.put(child('new', 'host', { name: 'crawl' }), child('its-child', 'new', { name: 'crawl' }))
    expect(selection()).toBe(keyOf('new'))
  })

  it('nothing is awaited once the start was refused', () => {
    const { feed, run, selection } = openHost()
    run()
    const [request] = feed.asked
    if (request === undefined) throw new Error('nothing was asked')
    feed.put(host('host', { control: { request, refusedAt: 10_000, refusal: 'it is full' } }))
    feed.put(child('new', 'host', { name: 'crawl' }))
    expect(selection()).toBe(keyOf('host'))
  })

  it('it waits for the dialog that started it, which still follows the source', () => {
    const { feed, model, run, selection } = openHost()
    model.open({ kind: 'run', target: keyOf('host') })
    run()
    feed.put(child('new', 'host', { name: 'crawl' }))
    expect(selection()).toBe(keyOf('host'))
    model.closeDialog()
    expect(selection()).toBe(keyOf('new'))
  })

  it('what comes after it is left alone', () => {
    const { feed, run, selection } = openHost()
    run()
    feed.put(child('new', 'host', { name: 'crawl' }))
    feed.put(child('another', 'host', { name: 'crawl' }))
    expect(selection()).toBe(keyOf('new'))
  })
})
