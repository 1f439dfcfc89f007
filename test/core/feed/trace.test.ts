import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tracePart } from '../../../core/feed/protocol.ts'
import { nodeId } from '../../../core/model/identity.ts'
import type { Trace } from '../../../core/model/trace.ts'
import { looseLimits } from '../../../core/registry/trace-book.ts'
import { span } from '../../support/span-sample.ts'
import { created, done, keyOf, transition } from '../registry/scene.ts'
import { createFeedScene, view } from './feed-scene.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'

/** What the registry holds of the trace, as a viewer should see it. */
function truth(scene: ReturnType<typeof createFeedScene>): Omit<Trace, 'loading'> {
  const { keys, loose, left, forgotten } = scene.registry.trace(traceId)
  const tasks = new Map<(typeof keys)[number], NonNullable<ReturnType<typeof scene.registry.traceTask>>>()
  for (const key of keys) {
    const task = scene.registry.traceTask(key)
    if (task !== undefined) tasks.set(key, task)
  }
  return { traceId, tasks, loose, left, forgotten }
}

describe('feed: the watched trace', () => {
  it('brings every task of it in parts, then what changes', () => {
    const scene = createFeedScene()
    for (let n = 0; n < 2 * tracePart.tasks + 1; n += 1) scene.run(`t${n}`)
    const { client, frames } = scene.connect()
    client.watch({ trace: traceId })
    frames(8)
    expect(client.trace?.loading).toBe(false)
    expect(client.trace).toMatchObject(truth(scene))
    scene.run('late')
    scene.emit({ kind: 'span.ended', task: nodeId('t3'), span: span('s') })
    scene.emit({ kind: 'span.ended', span: span('loose') })
    frames(8)
    expect(client.trace).toMatchObject(truth(scene))
  })

  it('shows a task that has just begun within a quarter of a second', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { client, frames } = scene.connect()
    client.watch({ trace: traceId })
    frames(10)
    scene.emit(created('b', { parent: nodeId('a') }))
    frames(8) // 20 ms each, with the acknowledgement
    expect(client.trace?.tasks.has(keyOf('b'))).toBe(true)
  })

  it('sends a span once, however often its task changes', () => {
    const scene = createFeedScene()
    scene.run('a')
    for (let n = 0; n < 50; n += 1) scene.emit({ kind: 'span.ended', task: nodeId('a'), span: span(`s${n}`) })
    const { client, down, frames } = scene.connect()
    client.watch({ trace: traceId })
    frames(8)
    scene.emit({ kind: 'span.ended', task: nodeId('a'), span: span('one more') })
    scene.time.advanceSync(100)
    expect(down.waiting.flatMap((message) => (message.type === 'trace' ? message.tasks : []))).toMatchObject([
      { spans: { items: [{ name: 'one more' }] } },
    ])
    frames(4)
    expect(client.trace?.tasks.get(keyOf('a'))?.spans.items).toHaveLength(51)
  })

  it('stands still while the view is frozen', () => {
    const scene = createFeedScene()
    scene.run('a')
    const { client, frames } = scene.connect()
    client.watch({ trace: traceId })
    frames(8)
    client.freeze()
    scene.run('b')
    frames(8)
    expect(client.trace?.tasks.size).toBe(1)
    client.thaw()
    expect(client.trace?.tasks.size).toBe(2)
  })

  it('forgets with the registry the spans of no task when those of too many traces come', () => {
    const scene = createFeedScene()
    scene.run('a')
    scene.emit({ kind: 'span.ended', span: span('loose') })
    const { client, frames } = scene.connect()
    client.watch({ trace: traceId })
    frames(8)
    expect(client.trace?.loose.items).toHaveLength(1)
    for (let n = 0; n < looseLimits.traces; n += 1) {
      scene.emit({ kind: 'span.ended', span: span('other', { traceId: n.toString(16).padStart(32, 'f') }) })
    }
    frames(8)
    expect(client.trace).toEqual({ ...truth(scene), loading: false })
    expect(client.trace?.loose.items).toHaveLength(0)
  })

  it('refuses what is no trace id', () => {
    const scene = createFeedScene()
    const { client, frames } = scene.connect()
    const refused: string[] = []
    client.onRefused((text) => refused.push(text))
    client.watch({ trace: 'x' })
    frames(3)
    expect(refused).toEqual(['message refused: trace: must be a trace id'])
  })

  it('ends as the registry, whatever happens and whenever the viewer looks', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('run' as const), n: fc.nat(5) }),
      fc.record({ do: fc.constant('span' as const), n: fc.nat(5) }),
      fc.record({ do: fc.constant('end' as const), n: fc.nat(5) }),
      fc.record({ do: fc.constant('clear' as const), n: fc.constant(0) }),
      fc.record({ do: fc.constant('frame' as const), n: fc.constant(0) }),
      fc.record({ do: fc.constant('reconnect' as const), n: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const scene = createFeedScene()
        let viewing = scene.connect()
        viewing.client.watch({ trace: traceId })
        let spans = 0
        for (const { do: what, n } of steps) {
          if (what === 'run') scene.run(`t${n}`)
          else if (what === 'span') {
            spans += 1
            scene.emit({ kind: 'span.ended', ...(n === 0 ? {} : { task: nodeId(`t${n}`) }), span: span(`s${spans}`) })
          } else if (what === 'end') scene.emit(transition(`t${n}`, 'running', 'completed', { outcome: done }))
          else if (what === 'clear') scene.registry.clearFinished()
          else if (what === 'frame') viewing.frame()
          else viewing = view(scene.server, scene.time, viewing.client)
        }
        viewing.frames(12)
        expect(viewing.client.trace).toEqual({ ...truth(scene), loading: false })
      }),
      { numRuns: 300 },
    )
  })
})
