import { describe, expect, it } from 'vitest'
import { nodeId } from '../../../core/model/identity.ts'
import { looseLimits } from '../../../core/registry/trace-book.ts'
import { span } from '../../support/span-sample.ts'
import { createScene, done, keyOf, request, transition } from './scene.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const trace = (spanId: string, parentSpanId?: string) => ({
  trace: { traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) },
})

describe('a trace in the registry', () => {
  it('holds the tasks of its id in order of appearance, whoever their parent is', () => {
    const { registry, run } = createScene()
    run('a', trace('a'))
    run('other', { trace: { traceId: 'f'.repeat(32), spanId: 'b' } })
    run('b', { ...trace('b', 'a'), parent: nodeId('a') })
    expect(registry.trace(traceId)).toMatchObject({ keys: [keyOf('a'), keyOf('b')], left: 0, forgotten: 0 })
    expect(registry.trace('0'.repeat(32)).keys).toEqual([])
  })

  it('counts what was let go while others of it are there, and forgets it with the last one', () => {
    const { registry, emit, run } = createScene()
    const told: string[] = []
    registry.observe({ traceChanged: (id) => told.push(id) })
    run('a', trace('a'))
    run('b', trace('b'))
    emit(transition('b', 'running', 'completed', { outcome: done }))
    registry.clearFinished()
    expect(registry.trace(traceId)).toMatchObject({ keys: [keyOf('a')], forgotten: 1 })
    expect(told).toEqual([traceId])
    emit(transition('a', 'running', 'completed', { outcome: done }))
    registry.clearFinished()
    expect(registry.trace(traceId)).toMatchObject({ keys: [], forgotten: 0 })
  })

  it('keeps spans that name no task with their trace, bounded and counted', () => {
    const { registry, emit, run } = createScene()
    run('a', trace('a'))
    for (let n = 0; n < looseLimits.spans + 3; n += 1) emit({ kind: 'span.ended', span: span(`s${n}`) })
    const { loose } = registry.trace(traceId)
    expect(loose.items).toHaveLength(looseLimits.spans)
    expect(loose.dropped).toBe(3)
  })

  it('tells of every wait what caused it and who', () => {
    const { registry, emit, run, time } = createScene()
    run('a', trace('a'))
    time.advanceSync(5)
    emit(
      transition('a', 'running', 'suspended', { by: { kind: 'person' }, why: { text: 'by you', detail: 'at page 3' } }),
    )
    const items = () => registry.traceTask(keyOf('a'))?.intervals.items
    expect(items()?.at(-1)).toEqual({
      state: 'suspended',
      from: 1005,
      why: { text: 'by you', detail: 'at page 3' },
      by: { kind: 'person' },
    })
    time.advanceSync(7)
    emit(transition('a', 'suspended', 'running', { by: { kind: 'person' } }))
    expect(items()?.at(-2)).toMatchObject({ state: 'suspended', to: 1012, why: { text: 'by you' } })
    expect(items()?.at(-1)).toEqual({ state: 'running', from: 1012 })
  })
})

describe('how long a control was under way', () => {
  it('is told by the row once it took effect, from its request', () => {
    const { emit, run, task, time } = createScene()
    run('a')
    emit({ kind: 'control.requested', request: request('c', keyOf('a'), { verb: 'suspend' }, 1000) })
    time.advanceSync(3)
    emit({ kind: 'control.acknowledged', control: request('c', keyOf('a'), { verb: 'suspend' }).id })
    expect(task('a').answered).toBeUndefined()
    time.advanceSync(38)
    emit({ kind: 'control.effective', control: request('c', keyOf('a'), { verb: 'suspend' }).id })
    expect(task('a').answered).toEqual({ acknowledgedMs: 3, effectiveMs: 41 })
  })
})
