import { describe, expect, it } from 'vitest'
import type { RowChange } from '../../../core/feed/client.ts'
import type { DownMessage, UpMessage } from '../../../core/feed/protocol.ts'
import { createFeedServer } from '../../../core/feed/server.ts'
import { type NodeKey, nodeId } from '../../../core/model/identity.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { created, done, keyOf, request, transition } from '../registry/scene.ts'
import { createFeedScene, quietStatus, view } from './feed-scene.ts'
import { linkedPorts } from './linked-ports.ts'

describe('feed: rows', () => {
  it('greets a viewer, sends all rows in chunks of at most 1000, then what changes', () => {
    const scene = createFeedScene()
    for (let index = 0; index < 2500; index += 1) scene.emit(created(`t${index}`))
    const { client, frames } = scene.connect()
    frames(1)
    expect(client.state).toEqual({ state: 'loading', done: 2, of: 3 })
    frames(2)
    expect(client.state).toEqual({ state: 'live' })
    expect([...client.rows.values()]).toEqual([...scene.registry.rows()])
    scene.emit(transition('t7', 'pending', 'running'))
    frames(2)
    expect(client.rows.get(keyOf('t7'))).toEqual(scene.registry.row(keyOf('t7')))
  })

  it('tells which rows changed, and whether the order has to be made anew', () => {
    const scene = createFeedScene()
    scene.emit(created('a'))
    const { client, frames } = scene.connect()
    const changes: RowChange[] = []
    client.onChange((change) => changes.push(change))
    frames(2)
    scene.emit(transition('a', 'pending', 'running'))
    frames(2)
    scene.emit(transition('a', 'running', 'completed', { outcome: done }))
    scene.registry.clearFinished()
    frames(2)
    expect(changes).toEqual([
      { changed: [keyOf('a')], removed: [], structural: true, reset: false },
      { changed: [keyOf('a')], removed: [], structural: false, reset: false },
      { changed: [], removed: [keyOf('a')], structural: true, reset: false },
    ])
  })

  it('sends a hot row once per batch, however often it changed', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { down, frames, frame } = scene.connect()
    frames(3)
    for (let index = 0; index < 500; index += 1) scene.emit({ kind: 'task.progress', id: nodeId('a'), current: index })
    scene.time.advanceSync(0)
    expect(down.waiting).toMatchObject([{ type: 'delta', rows: [{ progress: { current: 499 } }] }])
    frame()
  })

  it('sends at most one batch in 16 ms', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { down, up, frames } = scene.connect()
    frames(3)
    const sent: DownMessage[] = []
    for (let ms = 0; ms < 160; ms += 1) {
      scene.emit({ kind: 'task.progress', id: nodeId('a'), current: ms })
      scene.time.advanceSync(1)
      sent.push(...down.waiting)
      down.deliver()
      up.deliver()
    }
    const batches = sent.filter((message) => message.type === 'delta')
    expect(batches.length).toBeGreaterThanOrEqual(5)
    expect(batches.length).toBeLessThanOrEqual(11)
  })

  it('sends no more than two messages to a viewer that does not acknowledge, and the newest rows when it does', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { client, up, down, frames } = scene.connect()
    frames(3)
    client.watch({ detail: keyOf('a'), lanes: [keyOf('a')] })
    up.deliver()
    for (let index = 0; index < 300; index += 1) {
      scene.emit({ kind: 'task.progress', id: nodeId('a'), current: index })
      scene.emit({ kind: 'task.log', id: nodeId('a'), lines: [{ stream: 'log', text: `line ${index}` }] })
      scene.status = { ...quietStatus, updatesPerSecond: index }
      scene.time.advanceSync(100)
    }
    const numbered = down.waiting.filter((message) => 'n' in message)
    expect(numbered).toHaveLength(2)
    expect(down.waiting.length).toBeLessThan(10)
    frames(20)
    expect(client.rows.get(keyOf('a'))).toEqual(scene.registry.row(keyOf('a')))
    expect(client.detail).toEqual(scene.registry.detail(keyOf('a')))
    expect(client.lanes.get(keyOf('a'))).toEqual(scene.registry.lane(keyOf('a')))
    expect(client.status).toEqual(scene.status)
  })

  it('shows a task where its host stands, as soon as a stack of the host is taken', () => {
    const scene = createFeedScene()
    const host = nodeId('host')
    scene.emit({ kind: 'node.opened', id: host, node: 'host', name: 'h', status: 'open', capabilities: {} })
    scene.run('a', { parent: host })
    const { client, frames } = scene.connect()
    client.watch({ detail: keyOf('a'), lanes: [] })
    frames(12)
    expect(client.detail?.stack).toBeUndefined()
    scene.emit({ kind: 'stack.taken', id: host, stack: [{ name: 'holdTheLoop', file: '/m.ts', line: 3 }] })
    frames(12)
    expect(client.detail?.stack?.frames).toEqual([{ name: 'holdTheLoop', file: '/m.ts', line: 3 }])
  })

  it('keeps several viewers apart: a slow one holds nobody up', () => {
    const scene = createFeedScene()
    scene.run('a')
    const slow = scene.connect()
    const fast = scene.connect()
    slow.frames(3)
    fast.frames(3)
    for (let index = 0; index < 50; index += 1) {
      scene.emit({ kind: 'task.progress', id: nodeId('a'), current: index })
      fast.frame()
    }
    fast.frames(2)
    expect(fast.client.rows.get(keyOf('a'))).toMatchObject({ progress: { current: 49 } })
    expect(slow.client.rows.get(keyOf('a'))).not.toMatchObject({ progress: { current: 49 } })
  })
})

describe('feed: freeze view', () => {
  it('stands still, counts the rows that wait, and shows their newest picture when thawed', () => {
    const scene = createFeedScene()
    scene.run('a')
    scene.run('b')
    const { client, frames } = scene.connect()
    frames(3)
    const before = client.rows.get(keyOf('a'))
    client.freeze()
    for (let index = 0; index < 10; index += 1) {
      scene.emit({ kind: 'task.progress', id: nodeId('a'), current: index })
      frames(1)
    }
    scene.run('c')
    scene.emit(transition('b', 'running', 'completed', { outcome: done }))
    scene.registry.clearFinished()
    frames(3)
    expect(client.frozen).toBe(true)
    expect(client.waiting).toBe(3)
    expect(client.rows.get(keyOf('a'))).toBe(before)
    expect(client.rows.has(keyOf('b'))).toBe(true)
    const changes: RowChange[] = []
    client.onChange((change) => changes.push(change))
    client.thaw()
    expect(client.waiting).toBe(0)
    expect([...client.rows.values()]).toEqual([...scene.registry.rows()])
    expect(changes).toMatchObject([{ removed: [keyOf('b')], structural: true }])
  })
})

describe('feed: connections', () => {
  it('tells a viewer of another version so, and sends nothing else', () => {
    const scene = createFeedScene()
    const [up, down] = linkedPorts<UpMessage, DownMessage>()
    scene.server.connect(up)
    down.post({ type: 'hello', version: 99 })
    down.post({ type: 'hello', version: 1 })
    up.deliver()
    scene.run('a')
    scene.time.advanceSync(5000)
    expect(down.waiting).toEqual([
      {
        type: 'incompatible',
        version: 1,
        text: 'this viewer speaks version 99 of the feed, the application version 1',
      },
    ])
  })

  it('refuses what it does not understand with one sentence and goes on', () => {
    const scene = createFeedScene()
    const { client, down, frames } = scene.connect()
    frames(2)
    const refused: string[] = []
    client.onRefused((text) => refused.push(text))
    down.post({ type: 'ack', n: -1 })
    frames(2)
    expect(refused).toEqual([expect.stringContaining('message refused: n')])
    scene.run('a')
    frames(2)
    expect(client.rows.size).toBe(1)
  })

  it('carries controls up', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { client, frames } = scene.connect()
    frames(2)
    const wish = request('c1', keyOf('a'), { verb: 'cancel' })
    client.control(wish)
    frames(1)
    expect(scene.controls).toEqual([wish])
  })

  it('drops everything when another process answers, and ends a freeze', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { client, frames } = scene.connect()
    frames(3)
    client.freeze()
    const registry = createRegistry()
    const server = createFeedServer({
      registry,
      router: { control() {} },
      status: () => quietStatus,
      epoch: 'second',
      timers: scene.time,
    })
    const other = view(server, scene.time)
    const changes: RowChange[] = []
    client.onChange((change) => changes.push(change))
    client.attach(other.down)
    other.frames(3)
    expect(client.rows.size).toBe(0)
    expect(client.frozen).toBe(false)
    expect(changes).toMatchObject([{ removed: [keyOf('a')] as NodeKey[], reset: true }])
  })

  it('releases every timer when its last viewer has gone', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { client, frames } = scene.connect()
    frames(3)
    client.close()
    scene.time.advanceSync(5000)
    expect(scene.server.viewers).toBe(0)
    expect(scene.time.pending()).toBe(0)
  })
})

it('slow frames of all viewers are counted together, and rows that wait for a slow viewer', () => {
  const scene = createFeedScene()
  const one = scene.connect()
  const other = scene.connect()
  one.frames(3)
  other.frames(3)
  one.client.tellSlowFrames(2, 60)
  other.client.tellSlowFrames(1, 140.5)
  one.frame()
  other.frame()
  expect(scene.server.slowFrames).toEqual({ count: 3, longestMs: 140.5 })
  scene.emit(created('a'))
  expect(scene.server.rowsWaiting).toBe(2)
  one.frames(3)
  other.frames(3)
  expect(scene.server.rowsWaiting).toBe(0)
})
