import { describe, expect, it } from 'vitest'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { created, createScene, done, failure, keyOf, type Scene, source, transition } from './scene.ts'

function end(scene: Scene, id: string): void {
  scene.emit(transition(id, 'running', 'completed', { outcome: done }))
}

function ids(scene: Scene): string[] {
  return Array.from(scene.registry.rows(), (row) => row.id)
}

describe('registry: bounded memory', () => {
  it('forgets the task that has been an ended leaf for the longest time, and counts it', () => {
    const scene = createScene({ maxFinished: 2 })
    for (const id of ['a', 'b', 'c', 'd']) scene.run(id)
    for (const id of ['c', 'a', 'd', 'b']) end(scene, id)
    expect(ids(scene)).toEqual(['b', 'd'])
    expect(scene.registry.counters()).toMatchObject({ forgotten: 2, states: { completed: 2, running: 0 } })
  })

  it('keeps an ended parent while a descendant lives, even beyond the cap', () => {
    const scene = createScene({ maxFinished: 1 })
    scene.run('top')
    scene.run('middle', { parent: nodeId('top') })
    scene.run('leaf', { parent: nodeId('middle') })
    end(scene, 'top')
    end(scene, 'middle')
    expect(ids(scene)).toEqual(['top', 'middle', 'leaf'])
    end(scene, 'leaf')
    expect(ids(scene)).toEqual(['top'])
  })

  it('still tells observers the row of the very task whose end pushes it out', () => {
    const scene = createScene({ maxFinished: 0 })
    const seen: unknown[] = []
    scene.registry.observe({
      event: (event, subject) => seen.push([event.kind, subject?.row.id]),
      removed: (key) => seen.push(['removed', key]),
    })
    scene.run('a')
    end(scene, 'a')
    expect(seen.slice(-2)).toEqual([
      ['task.state', 'a'],
      ['removed', 's/a'],
    ])
  })

  it('does not bring a forgotten task back for a straggler', () => {
    const scene = createScene({ maxFinished: 0 })
    scene.run('a')
    end(scene, 'a')
    scene.emit({ kind: 'task.progress', id: nodeId('a'), current: 3 })
    expect(ids(scene)).toEqual([])
    expect(scene.registry.counters().unattached).toBe(1)
  })

  it('takes an id that was used before when its source creates it again', () => {
    const scene = createScene({ maxFinished: 0 })
    scene.run('a')
    end(scene, 'a')
    scene.run('a', { name: 'again' })
    expect(scene.task('a')).toMatchObject({ name: 'again', state: 'running' })
  })

  it('keeps the newest log lines and says how many went', () => {
    const scene = createScene()
    scene.run('a')
    const lines = Array.from({ length: 700 }, (_, index) => ({ stream: 'stdout' as const, text: String(index) }))
    scene.emit({ kind: 'task.log', id: nodeId('a'), lines, dropped: 5 })
    const logs = scene.registry.detail(keyOf('a'))?.logs
    expect(logs).toMatchObject({ dropped: 205 })
    expect(logs?.items.map((line) => line.text)).toEqual(lines.slice(200).map((line) => line.text))
  })

  it('lets lines and samples of the tasks that ended first go, and never a lossless fact or an outcome', () => {
    const scene = createScene({ maxHistory: 10 })
    for (const id of ['a', 'b', 'c']) {
      scene.run(id)
      scene.emit({ kind: 'task.progress', id: nodeId(id), current: 1 })
      scene.emit({
        kind: 'task.log',
        id: nodeId(id),
        lines: Array.from({ length: 4 }, () => ({ stream: 'log', text: 'x' })),
      })
      end(scene, id)
    }
    const [a, b, c] = ['a', 'b', 'c'].map((id) => scene.registry.detail(keyOf(id)))
    expect(a?.logs).toEqual({ items: [], dropped: 4 })
    expect(a?.outcome).toEqual(done)
    expect(a?.events).toMatchObject({
      dropped: 1,
      items: [{ kind: 'task.created' }, { to: 'running' }, { to: 'completed' }],
    })
    expect([b?.logs.items.length, c?.logs.items.length]).toEqual([4, 4])
  })

  it('never lets samples push out lossless facts', () => {
    const scene = createScene()
    scene.run('a')
    for (let index = 0; index < 1000; index += 1) {
      scene.emit({ kind: 'task.progress', id: nodeId('a'), current: index, folded: 2 })
    }
    const events = scene.registry.detail(keyOf('a'))?.events
    expect(events?.items.slice(0, 2).map((event) => event.kind)).toEqual(['task.created', 'task.state'])
    expect(events?.items).toHaveLength(52)
    expect(events?.dropped).toBe(950)
    expect(scene.registry.counters().folded).toBe(2000)
  })
})

describe('registry: taking away', () => {
  it('clears whole ended families and nothing that lives', () => {
    const scene = createScene()
    scene.run('top')
    scene.run('one', { parent: nodeId('top') })
    scene.run('two', { parent: nodeId('top') })
    scene.run('alone')
    scene.run('living')
    scene.run('ended', { parent: nodeId('living') })
    for (const id of ['one', 'alone', 'two', 'top', 'ended']) end(scene, id)
    scene.registry.clearFinished()
    expect(ids(scene)).toEqual(['living'])
    expect(scene.registry.counters().forgotten).toBe(0)
  })

  it('clears one source only when asked to', () => {
    const scene = createScene()
    const other = createEmit(sourceId('other'), scene.time, (event) => scene.registry.apply(event))
    scene.run('a')
    end(scene, 'a')
    other(created('a'))
    other(transition('a', 'pending', 'failed', { outcome: failure('error') }))
    scene.registry.clearFinished(sourceId('other'))
    expect(Array.from(scene.registry.rows(), (row) => row.key)).toEqual([keyOf('a')])
  })

  it('leaves a task that still runs although it has ended', () => {
    const scene = createScene()
    scene.run('a')
    scene.emit(transition('a', 'running', 'cancelling', { cause: 'cancel' }))
    scene.emit(transition('a', 'cancelling', 'failed', { outcome: failure('abandoned') }))
    scene.registry.clearFinished()
    expect(ids(scene)).toEqual(['a'])
    scene.emit({ kind: 'task.sign', id: nodeId('a'), text: 'ended', settled: true })
    scene.registry.clearFinished()
    expect(ids(scene)).toEqual([])
  })

  it('takes away a source with all it has, and ignores its stragglers until it opens anew', () => {
    const scene = createScene()
    scene.run('top')
    scene.run('one', { parent: nodeId('top') })
    const removed: string[] = []
    scene.registry.observe({ removed: (key) => removed.push(key) })
    scene.registry.removeSource(source)
    expect(removed).toEqual(['s/one', 's/top'])
    scene.emit(transition('one', 'running', 'completed', { outcome: done }))
    expect(scene.registry.size).toBe(0)
    scene.emit({
      kind: 'node.opened',
      id: nodeId('host'),
      node: 'host',
      name: 'demo',
      status: 'open',
      capabilities: {},
    })
    scene.run('one', { parent: nodeId('host') })
    expect(ids(scene)).toEqual(['host', 'one'])
  })
})
