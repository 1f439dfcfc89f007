import { describe, expect, it } from 'vitest'
import { you } from '../../../core/model/actor.ts'
import type { TaskEvent } from '../../../core/model/event.ts'
import { controlId, nodeId } from '../../../core/model/identity.ts'
import { isTaskRow } from '../../../core/model/row.ts'
import type { SpanData } from '../../../core/model/span.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { attributeNames as names, spanEventNames } from '../../../core/telemetry/attribute-names.ts'
import { connectionAttributes } from '../../../core/telemetry/mcp-attributes.ts'
import { createSpanObserver } from '../../../core/telemetry/span-observer.ts'
import { createFakeTime } from '../../support/fake-time.ts'
import { created, done, keyOf, request, source, transition } from '../registry/scene.ts'
import { createSpanScene, onlySpan, replay } from './span-scene.ts'

describe('a question', () => {
  it('is a span until it is answered', async () => {
    const scene = createSpanScene()
    const trace = scene.create('a')
    scene.move('a', 'pending', 'running')
    const question = { requestId: 'q1', message: 'Which branch?', askedAt: scene.time.now() }
    scene.emit({ kind: 'task.asked', id: nodeId('a'), question })
    await scene.time.advance(700)
    scene.emit({ kind: 'task.answered', id: nodeId('a'), requestId: 'q1', action: 'decline', by: you })
    const span = scene.span('input request')
    expect(span).toMatchObject({ traceId: trace.traceId, parentSpanId: trace.spanId, start: question.askedAt })
    expect(span.end - span.start).toBe(700)
    expect(span.attributes).toMatchObject({
      [names.inputRequestId]: 'q1',
      [names.inputMessage]: 'Which branch?',
      [names.inputAction]: 'decline',
      [names.inputBy]: 'you',
    })
  })

  it('that nobody answers ends with its task', async () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    const question = { requestId: 'q1', message: 'Which?', askedAt: scene.time.now() }
    scene.emit({ kind: 'task.asked', id: nodeId('a'), question })
    await scene.time.advance(50)
    scene.move('a', 'running', 'completed', { outcome: done })
    expect(scene.span('input request').end).toBe(scene.span('task a').end)
    expect(scene.span('input request').attributes).not.toHaveProperty(names.inputAction)
  })
})

describe('a control', () => {
  it('that takes effect after the end of its task is a span of its own, from its request', async () => {
    const scene = createSpanScene()
    const trace = scene.create('a')
    scene.move('a', 'pending', 'running')
    const begun = scene.time.now()
    scene.emit({ kind: 'control.requested', request: request('c1', keyOf('a'), { verb: 'cancel' }) })
    await scene.time.advance(10)
    scene.move('a', 'running', 'completed', { outcome: done })
    await scene.time.advance(10)
    scene.emit({ kind: 'control.refused', control: controlId('c1'), reason: 'it has completed' })
    const span = scene.span('control cancel')
    expect(span).toMatchObject({ traceId: trace.traceId, parentSpanId: trace.spanId, start: begun, end: begun + 20 })
    expect(span.events).toMatchObject([
      { name: spanEventNames.controlRefused, attributes: { [names.controlReason]: 'it has completed' } },
    ])
  })

  it('of an ended task is a span of its own', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'completed', { outcome: done })
    scene.emit({ kind: 'control.requested', request: request('c1', keyOf('a'), { verb: 'retry' }) })
    scene.emit({ kind: 'control.acknowledged', control: controlId('c1') })
    expect(scene.spans.some(({ name }) => name === 'control retry')).toBe(false)
    scene.emit({ kind: 'control.effective', control: controlId('c1') })
    expect(scene.span('control retry').events.map(({ name }) => name)).toEqual([
      spanEventNames.controlRequested,
      spanEventNames.controlAcknowledged,
      spanEventNames.controlEffective,
    ])
  })

  it('that is over before its task is no span', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.emit({ kind: 'control.requested', request: request('c1', keyOf('a'), { verb: 'getState' }) })
    scene.emit({ kind: 'control.effective', control: controlId('c1') })
    scene.move('a', 'running', 'completed', { outcome: done })
    expect(scene.spans.map(({ name }) => name)).not.toContain('control getState')
  })
})

it('a replay of all this makes the same spans', () => {
  const scene = createSpanScene()
  scene.create('a')
  scene.move('a', 'pending', 'running')
  scene.emit({ kind: 'task.asked', id: nodeId('a'), question: { requestId: 'q', message: 'm', askedAt: 5 } })
  scene.move('a', 'running', 'completed', { outcome: done })
  scene.emit({ kind: 'control.requested', request: request('c1', keyOf('a'), { verb: 'retry' }) })
  scene.emit({ kind: 'control.effective', control: controlId('c1') })
  expect(replay(scene.events)).toEqual(scene.spans)
  expect(new Set(scene.spans.map(({ spanId }) => spanId)).size).toBe(scene.spans.length)
})

describe('over an MCP connection', () => {
  function connected() {
    const registry = createRegistry()
    const time = createFakeTime()
    const spans: SpanData[] = []
    const events: TaskEvent[] = []
    registry.observe(
      createSpanObserver({
        sink: { accept: (span) => spans.push(span) },
        mcpOf: () => connectionAttributes(registry.row(keyOf('connection'))),
        traceOf: (key) => {
          const row = registry.row(key)
          return row !== undefined && isTaskRow(row) ? row.trace : undefined
        },
      }),
    )
    const emit = createEmit(source, time, (event) => {
      events.push(event)
      registry.apply(event)
    })
    emit({
      kind: 'node.opened',
      id: nodeId('connection'),
      node: 'connection',
      name: 'everything',
      status: 'open',
      facts: { transport: 'stdio', protocol: '2025-11-25' },
      capabilities: {},
    })
    return { emit, time, spans }
  }

  it('a call is a client span by the conventions', () => {
    const { emit, spans } = connected()
    emit(created('1', { node: 'call', name: 'echo' }))
    emit(transition('1', 'pending', 'running'))
    emit(transition('1', 'running', 'completed', { outcome: done }))
    expect(onlySpan(spans, 'tools/call echo')).toMatchObject({
      kind: 'client',
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'echo',
        'gen_ai.operation.name': 'execute_tool',
        'mcp.protocol.version': '2025-11-25',
        'network.transport': 'pipe',
      },
    })
  })

  it('a call that was answered with an error tells its code, and one that broke here tells none', () => {
    const { emit, spans } = connected()
    const ends = { refused: -32602, broken: 'ECONNRESET' }
    for (const [id, code] of Object.entries(ends)) {
      const outcome = { status: 'failed', kind: 'error', error: { name: 'SomeError', message: 'no', code } } as const
      emit(created(id, { node: 'call', name: id }))
      emit(transition(id, 'pending', 'running'))
      emit(transition(id, 'running', 'failed', { outcome }))
    }
    const { attributes } = onlySpan(spans, 'tools/call refused')
    expect(attributes).toMatchObject({ 'error.type': '-32602', 'rpc.response.status_code': '-32602' })
    expect(onlySpan(spans, 'tools/call broken').attributes).not.toHaveProperty('rpc.response.status_code')
  })

  it('a tool that reported an error is named alike, whether its task has failed or its call has completed', () => {
    const { emit, spans } = connected()
    const failed = { status: 'failed', kind: 'error', error: { name: 'ToolError', message: 'no such city' } } as const
    const value = { format: 'text', text: 'no such city', size: 12, truncated: false } as const
    const toldError = { status: 'completed', value, toolError: true } as const
    emit(created('t', { name: 'research' }))
    emit(transition('t', 'pending', 'running'))
    emit(transition('t', 'running', 'failed', { outcome: failed }))
    emit(created('c', { node: 'call', name: 'echo' }))
    emit(transition('c', 'pending', 'running'))
    emit(transition('c', 'running', 'completed', { outcome: toldError }))
    expect(onlySpan(spans, 'task research').attributes['error.type']).toBe('tool_error')
    expect(onlySpan(spans, 'tools/call echo').attributes['error.type']).toBe('tool_error')
  })

  it('a task has a client span for the call that made it, and a link to it', async () => {
    const { emit, spans, time } = connected()
    const asked = time.now()
    emit({
      kind: 'control.requested',
      request: request('c1', keyOf('connection'), { verb: 'start', offer: 'research', input: {}, asTask: true }),
    })
    await time.advance(30)
    emit(created('t', { name: 'research', control: controlId('c1') }))
    emit(transition('t', 'pending', 'running'))
    emit(transition('t', 'running', 'completed', { outcome: done }))
    const call = onlySpan(spans, 'tools/call research')
    const task = onlySpan(spans, 'task research')
    expect(call).toMatchObject({ kind: 'client', traceId: task.traceId, start: asked, end: asked + 30 })
    expect(call.parentSpanId).toBeUndefined()
    expect(task.links).toEqual([
      { traceId: call.traceId, spanId: call.spanId, attributes: { [names.linkKind]: 'made_by' } },
    ])
  })
})
