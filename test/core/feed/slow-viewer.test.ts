import { describe, expect, it } from 'vitest'
import { nodeId } from '../../../core/model/identity.ts'
import { created, done, keyOf, transition } from '../registry/scene.ts'
import { createFeedScene, quietStatus } from './feed-scene.ts'

describe('feed: a viewer that stops acknowledging', () => {
  it('gets no more details either, even when no row changes', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { client, up, down, frames } = scene.connect()
    client.watch({ detail: keyOf('a') })
    frames(5)
    for (let index = 0; index < 100; index += 1) {
      scene.emit({ kind: 'task.log', id: nodeId('a'), lines: [{ stream: 'log', text: `line ${index}` }] })
      scene.time.advanceSync(1000)
    }
    expect(down.waiting.length).toBeLessThanOrEqual(4)
    frames(30)
    expect(client.detail?.logs.items.at(-1)?.text).toBe('line 99')
    expect(up.waiting).toEqual([])
  })

  it('gets a new snapshot instead of an endless list of what came and went meanwhile', () => {
    const scene = createFeedScene({ maxFinished: 10 })
    scene.run('stays')
    const { client, down, frames } = scene.connect()
    frames(3)
    for (let index = 0; index < 12_000; index += 1) {
      scene.emit(created(`t${index}`))
      scene.emit(transition(`t${index}`, 'pending', 'running'))
      scene.emit(transition(`t${index}`, 'running', 'completed', { outcome: done }))
      if (index % 100 === 0) scene.time.advanceSync(16)
    }
    frames(1)
    expect(down.waiting.some((message) => message.type === 'snapshot')).toBe(true)
    frames(10)
    expect([...client.rows.keys()].sort()).toEqual(Array.from(scene.registry.rows(), (row) => row.key).sort())
  })

  it('is told the status again only when it is another', () => {
    const scene = createFeedScene()
    const { client, frame, frames } = scene.connect()
    const told: number[] = []
    client.onStatus((status) => told.push(status.updatesPerSecond))
    frames(200)
    expect(told).toEqual([0])
    scene.status = { ...quietStatus, updatesPerSecond: 7 }
    scene.server.statusChanged()
    frames(6)
    expect(told).toEqual([0, 7])
    frame()
  })
})
