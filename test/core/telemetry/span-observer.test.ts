import { describe, expect, it } from 'vitest'
import { you } from '../../../core/model/actor.ts'
import { controlId, nodeId } from '../../../core/model/identity.ts'
import { attributeNames as names, spanEventNames } from '../../../core/telemetry/attribute-names.ts'
import { maxSpanEvents } from '../../../core/telemetry/open-task.ts'
import { done, failure, keyOf, request } from '../registry/scene.ts'
import { createSpanScene, replay, traceId } from './span-scene.ts'

describe('the task span', () => {
  it('has the ids that the task was created with and spans its whole life', async () => {
    const scene = createSpanScene()
    const trace = scene.create('a', { name: 'crawl', label: 'https://example.org', isolation: 'inline' })
    const start = scene.time.now()
    scene.move('a', 'pending', 'running')
    await scene.time.advance(500)
    scene.move('a', 'running', 'completed', { outcome: done })

    const span = scene.span('task crawl')
    expect(span).toMatchObject({ ...trace, kind: 'internal', start, end: start + 500, status: { code: 'ok' } })
    expect(span.attributes).toMatchObject({
      [names.taskId]: 'a',
      [names.taskName]: 'crawl',
      [names.taskLabel]: 'https://example.org',
      [names.taskIsolation]: 'inline',
      [names.taskAttempt]: 1,
      [names.sourceId]: 's',
      [names.outcome]: 'completed',
      [names.runningMs]: 500,
    })
    expect(scene.observer.openSpans()).toBe(0)
  })

  it('is the parent of the spans of its children when their creation says so', () => {
    const scene = createSpanScene()
    const parent = scene.create('p')
    scene.move('p', 'pending', 'running')
    const childTrace = { traceId, spanId: 'cccccccccccccccc', parentSpanId: parent.spanId }
    scene.create('c', { parent: nodeId('p'), trace: childTrace })
    scene.move('c', 'pending', 'running')
    scene.move('c', 'running', 'completed', { outcome: done })

    expect(scene.span('task c')).toMatchObject(childTrace)
    expect(scene.span('task c').attributes[names.taskParentId]).toBe('p')
  })

  it('says how a task failed, with the exception', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'failed', { outcome: failure('error', 'no route') })

    const span = scene.span('task a')
    expect(span.status).toEqual({ code: 'error', message: 'no route' })
    expect(span.attributes).toMatchObject({ [names.failure]: 'error', [names.errorType]: 'Error' })
    expect(span.events).toMatchObject([
      { name: spanEventNames.exception, attributes: { [names.exceptionMessage]: 'no route' } },
    ])
  })

  it('leaves the status of a cancelled task unset and says who cancelled it and why', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'cancelling', { by: you, cause: 'cancel', control: controlId('c1') })
    scene.move('a', 'cancelling', 'cancelled', {
      by: you,
      control: controlId('c1'),
      outcome: { status: 'cancelled', by: you, reason: 'too slow' },
    })

    const span = scene.span('task a')
    expect(span.status).toEqual({ code: 'unset' })
    expect(span.attributes).toMatchObject({
      [names.outcome]: 'cancelled',
      [names.cancelReason]: 'too slow',
      [names.by]: 'you',
      [names.control]: 'c1',
    })
    expect(scene.span('task.cancelling').attributes[names.cancelCause]).toBe('cancel')
  })

  it('marks a tool that reported an error without calling the task failed', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'completed', { outcome: { ...done, toolError: true } as typeof done })
    expect(scene.span('task a')).toMatchObject({
      status: { code: 'error' },
      attributes: { [names.errorType]: 'tool_error', [names.outcome]: 'completed' },
    })
  })

  it('links a retry to the attempt before it, also when that one has ended', () => {
    const scene = createSpanScene()
    const first = scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'failed', { outcome: failure('error') })
    scene.create('a#2', { name: 'again', attempt: 2, retryOf: nodeId('a') })
    scene.move('a#2', 'pending', 'running')
    scene.move('a#2', 'running', 'completed', { outcome: done })
    expect(scene.span('task again').links).toMatchObject([{ traceId: first.traceId, spanId: first.spanId }])
  })

  it('ends as unknown when its source is taken away before it ended', async () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    await scene.time.advance(300)
    scene.emit({ kind: 'task.checkpoint', id: nodeId('a'), label: 'page 3' })
    scene.registry.removeSource(scene.events[0]?.source ?? expect.fail('no event'))
    expect(scene.span('task a').attributes[names.outcome]).toBe('unknown')
    expect(scene.span('task a').end).toBe(scene.time.now())
    expect(scene.observer.openSpans()).toBe(0)
  })

  it('of a polled task says how often it was asked for, in all and during each stay in a state', async () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.emit({ kind: 'task.polled', id: nodeId('a'), polls: 1 })
    scene.emit({ kind: 'task.polled', id: nodeId('a'), polls: 2 })
    await scene.time.advance(10)
    scene.move('a', 'running', 'input_required')
    scene.emit({ kind: 'task.polled', id: nodeId('a'), polls: 3 })
    scene.move('a', 'input_required', 'running')
    scene.move('a', 'running', 'completed', { outcome: done })
    expect(scene.registry.row(keyOf('a'))).toMatchObject({ polls: 3 })
    const polls = scene.spans.map(({ name, attributes }) => [name, attributes[names.taskPolls]])
    expect(polls).toEqual([
      ['task.running', 2],
      ['task.input_required', 1],
      ['task.running', undefined],
      ['task a', 3],
    ])
  })

  it('is sent once, whatever comes after the end', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'completed', { outcome: done })
    scene.move('a', 'running', 'failed', { outcome: failure('error') })
    scene.create('a')
    scene.emit({ kind: 'task.sign', id: nodeId('a'), text: 'still writing' })
    expect(scene.spans.map((span) => span.name)).toEqual(['task.running', 'task a'])
  })

  it('waits for the creation of a task that was heard of before, and misses nothing of its life', async () => {
    const scene = createSpanScene()
    const start = scene.time.now()
    scene.move('a', 'pending', 'running')
    await scene.time.advance(100)
    scene.move('a', 'running', 'completed', { outcome: done })
    expect(scene.spans).toEqual([])
    const trace = scene.create('a')
    expect(scene.spans.map((span) => span.name)).toEqual(['task.running', 'task a'])
    expect(scene.span('task a')).toMatchObject({ ...trace, start, end: start + 100 })
  })

  it('of a plain tool call is a client span with the names of the MCP conventions', () => {
    const scene = createSpanScene()
    scene.create('1', { node: 'call', name: 'search' })
    scene.move('1', 'pending', 'running')
    scene.move('1', 'running', 'completed', { outcome: done })
    expect(scene.span('tools/call search')).toMatchObject({
      kind: 'client',
      attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'search' },
    })
  })
})

describe('state intervals', () => {
  it('are children of the task span and tile its life, each with who and why', async () => {
    const scene = createSpanScene()
    const trace = scene.create('a')
    const start = scene.time.now()
    scene.move('a', 'pending', 'running')
    await scene.time.advance(100)
    scene.move('a', 'running', 'suspended', {
      by: you,
      control: controlId('c1'),
      why: { text: 'by you', detail: 'at page 41' },
    })
    await scene.time.advance(200)
    scene.move('a', 'suspended', 'running', { by: you, control: controlId('c2') })
    await scene.time.advance(50)
    scene.move('a', 'running', 'completed', { outcome: done })

    const intervals = scene.spans.filter((span) => span.name.startsWith('task.'))
    expect(intervals.map(({ name, start: from, end }) => [name, from - start, end - start])).toEqual([
      ['task.running', 0, 100],
      ['task.suspended', 100, 300],
      ['task.running', 300, 350],
    ])
    for (const interval of intervals) {
      expect(interval).toMatchObject({ traceId: trace.traceId, parentSpanId: trace.spanId })
    }
    expect(intervals[1]?.attributes).toMatchObject({
      [names.state]: 'suspended',
      [names.enteredFrom]: 'running',
      [names.enteredBy]: 'you',
      [names.enteredWhy]: 'by you · at page 41',
      [names.enteredControl]: 'c1',
      [names.from]: 'suspended',
      [names.to]: 'running',
      [names.by]: 'you',
      [names.control]: 'c2',
    })
    expect(scene.span('task a').attributes).toMatchObject({ [names.runningMs]: 150, [names.suspendedMs]: 200 })
  })

  it('are sent when they end, while the task goes on', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'input_required')
    expect(scene.spans.map((span) => span.name)).toEqual(['task.running'])
    expect(scene.observer.openSpans()).toBe(1)
  })

  it('show a wait before the start only when it took a millisecond', async () => {
    const scene = createSpanScene()
    scene.create('fast')
    scene.create('slow')
    scene.move('fast', 'pending', 'running')
    await scene.time.advance(1)
    scene.move('slow', 'pending', 'running')
    expect(scene.spans.map((span) => [span.name, span.attributes[names.taskId]])).toEqual([['task.pending', 'slow']])
  })

  it('follow the registry and not an event that the lifecycle forbids', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.move('a', 'running', 'cancelled')
    expect(scene.spans).toEqual([])
    scene.move('a', 'running', 'completed', { outcome: done })
    expect(scene.spans.map((span) => span.name)).toEqual(['task.running', 'task a'])
  })
})

describe('span events', () => {
  it('show progress at most once a second', async () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    for (let current = 0; current < 30; current++) {
      scene.emit({ kind: 'task.progress', id: nodeId('a'), current, total: 30 })
      await scene.time.advance(100)
    }
    scene.move('a', 'running', 'completed', { outcome: done })
    expect(scene.span('task.running').events.map((event) => event.attributes?.[names.progressCurrent])).toEqual([
      0, 10, 20,
    ])
  })

  it('show that somebody changed the live state from outside, and who', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    const page = { format: 'json', text: '{"page":1}', size: 10, truncated: false } as const
    scene.emit({ kind: 'task.replaced', id: nodeId('a'), by: you, before: page, after: page })
    scene.move('a', 'running', 'completed', { outcome: done })
    expect(scene.span('task.running').events).toMatchObject([
      { name: 'taskscope.state_replaced', attributes: { [names.stateBy]: 'you' } },
    ])
  })

  it('show checkpoints, log lines and the three facts of a control', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    scene.emit({ kind: 'task.checkpoint', id: nodeId('a'), label: 'page 41' })
    scene.emit({ kind: 'task.log', id: nodeId('a'), lines: [{ stream: 'stdout', text: 'hello' }] })
    scene.emit({ kind: 'control.requested', request: request('c1', keyOf('a'), { verb: 'suspend' }) })
    scene.emit({ kind: 'control.acknowledged', control: controlId('c1') })
    scene.move('a', 'running', 'suspended', { by: you, control: controlId('c1') })
    scene.emit({ kind: 'control.effective', control: controlId('c1') })
    scene.move('a', 'suspended', 'running', { by: you })

    expect(scene.span('task.running').events.map((event) => event.name)).toEqual([
      spanEventNames.checkpoint,
      spanEventNames.log,
      spanEventNames.controlRequested,
      spanEventNames.controlAcknowledged,
    ])
    expect(scene.span('task.suspended').events).toMatchObject([
      { name: spanEventNames.controlEffective, attributes: { [names.controlVerb]: 'suspend' } },
    ])
  })

  it('are bounded, and the rest is counted', () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    for (let n = 0; n < maxSpanEvents + 10; n++) {
      scene.emit({ kind: 'task.log', id: nodeId('a'), lines: [{ stream: 'log', text: 'x'.repeat(10_000) }] })
    }
    scene.move('a', 'running', 'completed', { outcome: done })
    const span = scene.span('task.running')
    expect(span.events).toHaveLength(maxSpanEvents)
    expect(span.attributes[names.droppedEvents]).toBe(10)
    expect(String(span.events[0]?.attributes?.[names.logText])).toHaveLength(4096)
  })
})

describe('the pending record', () => {
  it('is sent once for a task that is still open after a second, under an id of its own', async () => {
    const scene = createSpanScene()
    const trace = scene.create('a', { name: 'crawl' })
    const start = scene.time.now()
    scene.move('a', 'pending', 'running')
    await scene.time.advance(999)
    expect(scene.spans).toEqual([])
    await scene.time.advance(3000)

    expect(scene.spans).toHaveLength(1)
    const record = scene.span('task crawl')
    expect(record).toMatchObject({
      traceId: trace.traceId,
      parentSpanId: trace.spanId,
      start,
      end: start,
      attributes: { [names.pending]: true, [names.state]: 'running' },
    })
    expect(record.spanId).not.toBe(trace.spanId)
  })

  it('is not sent for a task that ends within the second', async () => {
    const scene = createSpanScene()
    scene.create('a')
    scene.move('a', 'pending', 'running')
    await scene.time.advance(900)
    scene.move('a', 'running', 'completed', { outcome: done })
    await scene.time.advance(3000)
    expect(scene.spans.map((span) => span.attributes[names.pending])).toEqual([undefined, undefined])
    expect(scene.time.pending()).toBe(0)
  })

  it('needs no timer once nothing young is left, and none after closing', async () => {
    const scene = createSpanScene()
    scene.create('a')
    expect(scene.time.pending()).toBe(1)
    scene.observer.close()
    expect(scene.time.pending()).toBe(0)
    await scene.time.advance(3000)
    expect(scene.spans).toEqual([])
  })
})

it('passes on the spans that user code ended', () => {
  const scene = createSpanScene()
  const span = {
    traceId,
    spanId: '1111111111111111',
    parentSpanId: '2222222222222222',
    name: 'GET /',
    kind: 'client',
    start: 1,
    end: 2,
    status: { code: 'unset' },
    attributes: {},
    events: [],
    links: [],
  } as const
  scene.emit({ kind: 'span.ended', span })
  expect(scene.spans).toEqual([span])
})

it('makes the same spans from a replay of the same events', async () => {
  const scene = createSpanScene()
  scene.create('a')
  scene.move('a', 'pending', 'running')
  await scene.time.advance(2000)
  scene.move('a', 'running', 'suspended', { by: you })
  scene.emit({ kind: 'task.log', id: nodeId('a'), lines: [{ stream: 'log', text: 'hi' }] })
  scene.create('b', { retryOf: nodeId('a') })
  scene.move('a', 'suspended', 'cancelling')
  scene.move('a', 'cancelling', 'failed', { outcome: failure('abandoned') })

  const lifecycle = scene.spans.filter((span) => span.attributes[names.pending] === undefined)
  expect(lifecycle).toHaveLength(4)
  expect(replay(scene.events)).toEqual(lifecycle)
})
