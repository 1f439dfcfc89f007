import { describe, expect, it } from 'vitest'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { created, createScene, done, failure, keyOf, source, transition, unknownKind } from './scene.ts'

describe('registry: rows', () => {
  it('shows a task from its creation to its end, with the time spent in each state', () => {
    const { registry, time, emit, task } = createScene()
    emit(created('a', { label: 'page 1', timeoutMs: 500 }))
    time.advanceSync(10)
    emit(transition('a', 'pending', 'running'))
    time.advanceSync(20)
    emit(transition('a', 'running', 'suspended', { by: { kind: 'person' } }))
    expect(task('a')).toMatchObject({ state: 'suspended', runningMs: 20, why: { text: 'by you' } })
    time.advanceSync(30)
    emit(transition('a', 'suspended', 'running'))
    time.advanceSync(5)
    emit(transition('a', 'running', 'completed', { outcome: done }))
    expect(task('a')).toMatchObject({
      state: 'completed',
      label: 'page 1',
      timeoutMs: 500,
      createdAt: 1000,
      startedAt: 1010,
      endedAt: 1065,
      runningMs: 25,
      suspendedMs: 30,
    })
    expect(registry.detail(keyOf('a'))?.intervals).toEqual([
      { state: 'pending', from: 1000, to: 1010 },
      { state: 'running', from: 1010, to: 1030 },
      { state: 'suspended', from: 1030, to: 1060, why: { text: 'by you' }, by: { kind: 'person' } },
      { state: 'running', from: 1060, to: 1065 },
    ])
  })

  it('gives an equal row until something changes', () => {
    const { registry, emit, run } = createScene()
    run('a')
    const before = registry.row(keyOf('a'))
    emit({ kind: 'task.log', id: nodeId('a'), lines: [{ stream: 'log', text: 'hello' }] })
    expect(registry.row(keyOf('a'))).toStrictEqual(before)
    emit({ kind: 'task.progress', id: nodeId('a'), current: 1 })
    expect(registry.row(keyOf('a'))).not.toStrictEqual(before)
  })

  it('makes a placeholder for what was mentioned before it was created, and fills it later', () => {
    const { emit, task } = createScene()
    emit(transition('a', 'running', 'input_required'))
    expect(task('a')).toMatchObject({ name: 'a', state: 'input_required', placeholder: true })
    emit(created('a', { name: 'crawl' }))
    expect(task('a')).toMatchObject({ name: 'crawl', state: 'input_required', ord: 1 })
    expect(task('a').placeholder).toBeUndefined()
  })

  it('turns the placeholder of an unknown parent into the host that it is', () => {
    const { registry, emit } = createScene()
    emit(created('a', { parent: nodeId('host') }))
    expect(registry.row(keyOf('host'))).toMatchObject({ node: 'task', placeholder: true })
    emit({ kind: 'node.opened', id: nodeId('host'), node: 'host', name: 'demo', status: 'open', capabilities: {} })
    expect(registry.row(keyOf('host'))).toMatchObject({ node: 'host', name: 'demo', status: 'open' })
    expect(registry.row(keyOf('a'))?.parent).toBe(keyOf('host'))
    expect(registry.counters().states.pending).toBe(1)
  })

  it('keeps tasks of one id apart by their source', () => {
    const { registry, time, run } = createScene()
    run('1')
    createEmit(sourceId('other'), time, (event) => registry.apply(event))(created('1', { name: 'second' }))
    expect([...registry.rows()].map((row) => row.key)).toEqual(['s/1', 'other/1'])
    expect(registry.keys()).toEqual(['s/1', 'other/1'])
  })

  it('refuses a parent that lies below the task itself', () => {
    const { registry, emit, task } = createScene()
    emit(created('a', { parent: nodeId('b') }))
    emit(created('b', { parent: nodeId('a') }))
    expect(task('b').parent).toBeUndefined()
    expect(registry.detail(keyOf('b'))?.findings.items).toMatchObject([{ rule: 'circular-parent' }])
  })
})

describe('registry: what sources say wrong', () => {
  it('changes no state by an illegal transition, keeps it, and makes it a finding in its source', () => {
    const { registry, emit, run, task } = createScene()
    const seen: unknown[] = []
    registry.observe({ event: (event) => seen.push([event.ord, event.kind, event.source, event.derived]) })
    run('a')
    emit(transition('a', 'running', 'completed', { outcome: done }))
    emit(transition('a', 'running', 'failed', { outcome: failure('error') }))
    expect(task('a')).toMatchObject({ state: 'completed', findings: 1 })
    expect(seen.slice(-2)).toEqual([
      [4, 'task.state', source, undefined],
      [5, 'finding', source, true],
    ])
    const detail = registry.detail(keyOf('a'))
    expect(detail?.outcome).toEqual(done)
    expect(detail?.events.items.map((event) => event.kind)).toEqual([
      'task.created',
      'task.state',
      'task.state',
      'task.state',
      'finding',
    ])
    expect(detail?.findings.items).toMatchObject([
      { rule: 'illegal-transition', text: 'completed is final, failed cannot follow it' },
    ])
  })

  it('does not apply its own findings again when a recording is played', () => {
    const { registry, emit, run } = createScene()
    const recorded: Parameters<typeof registry.apply>[0][] = []
    registry.observe({ event: (event) => recorded.push(event) })
    run('a')
    emit(transition('a', 'completed', 'running'))
    const replayed = createRegistry()
    for (const event of recorded) replayed.apply(event)
    expect([...replayed.rows()]).toEqual([...registry.rows()])
    expect(replayed.counters()).toEqual(registry.counters())
  })

  it('counts what never arrived per source, and then trusts the state that the source names', () => {
    const { registry, task } = createScene()
    const stamp = { v: 1, source, at: 5 } as const
    registry.apply({ ...stamp, seq: 1, ...created('a') })
    registry.apply({ ...stamp, seq: 5, ...transition('a', 'running', 'completed', { outcome: done }) })
    expect(registry.lost(source)).toBe(3)
    expect(registry.counters().lost).toBe(3)
    expect(task('a').state).toBe('completed')
  })

  it('does not trust a state that the source names when nothing was lost', () => {
    const { emit, task } = createScene()
    emit(created('a'))
    emit(transition('a', 'running', 'completed', { outcome: done }))
    expect(task('a')).toMatchObject({ state: 'pending', findings: 1 })
  })

  it('keeps events of a kind that it does not know', () => {
    const { registry, emit, run } = createScene()
    run('a')
    emit(unknownKind('a'))
    expect(registry.counters()).toMatchObject({ unknown: 1, applied: 3 })
    expect(registry.detail(keyOf('a'))?.events.items.at(-1)?.kind).toBe('task.teleported')
  })

  it('refuses a second task of one id', () => {
    const { registry, emit, run, task } = createScene()
    run('a', { name: 'first' })
    emit(created('a', { name: 'second' }))
    expect(task('a').name).toBe('first')
    expect(registry.detail(keyOf('a'))?.findings.items).toMatchObject([{ rule: 'duplicate-id' }])
  })
})

describe('registry: signs of life', () => {
  it('says that an abandoned task still runs until it has settled', () => {
    const { time, emit, run, task } = createScene()
    run('a')
    emit(transition('a', 'running', 'cancelling', { cause: 'cancel' }))
    emit(transition('a', 'cancelling', 'failed', { outcome: failure('abandoned') }))
    expect(task('a').stillRunning).toMatchObject({ since: 1000, lastSign: 1000 })
    time.advanceSync(50)
    emit({ kind: 'task.progress', id: nodeId('a'), current: 9 })
    expect(task('a').stillRunning).toMatchObject({ since: 1000, lastSign: 1050 })
    expect(task('a').progress).toBeUndefined()
    emit({ kind: 'task.sign', id: nodeId('a'), text: 'ended', settled: true })
    expect(task('a').stillRunning).toBeUndefined()
  })

  it('never lets a late result change a task', () => {
    const { registry, emit, run } = createScene()
    run('a')
    emit(transition('a', 'running', 'failed', { outcome: failure('timeout') }))
    const before = registry.row(keyOf('a'))
    emit({
      kind: 'task.late',
      id: nodeId('a'),
      what: 'result',
      value: { format: 'json', text: '2', size: 1, truncated: false },
    })
    expect(registry.row(keyOf('a'))).toStrictEqual(before)
    expect(registry.lane(keyOf('a'))?.signs).toEqual([1000])
  })
})
