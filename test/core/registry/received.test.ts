import { describe, expect, it } from 'vitest'
import { tracePart } from '../../../core/feed/protocol.ts'
import { TraceMirror } from '../../../core/feed/trace-mirror.ts'
import { WatchedTrace } from '../../../core/feed/watched-trace.ts'
import type { TaskEventBody } from '../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import type { ReceivedLog } from '../../../core/model/received.ts'
import type { SpanData } from '../../../core/model/span.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import type { Trace } from '../../../core/model/trace.ts'
import { receivedLimits } from '../../../core/registry/received-book.ts'
import { createRegistry } from '../../../core/registry/registry.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

function span(number: number, trace = traceId): SpanData {
  return {
    traceId: trace,
    spanId: number.toString(16).padStart(16, '0'),
    name: `span ${number}`,
    kind: 'server',
    start: number,
    end: number + 1,
    status: { code: 'unset' },
    attributes: {},
    events: [],
    links: [],
    service: 'docs',
  }
}

function log(text: string): ReceivedLog {
  return { traceId, at: 1, level: 'info', text, attributes: {} }
}

function open() {
  const registry = createRegistry()
  let now = 0
  const clock = { now: () => ++now }
  const emit = createEmit(sourceId('otlp'), clock, (event) => void registry.apply(event))
  const emitTask = createEmit(sourceId('s'), clock, (event) => void registry.apply(event))
  const receive = (
    spans: readonly SpanData[],
    more: Partial<Extract<TaskEventBody, { kind: 'trace.received' }>> = {},
  ) => emit({ kind: 'trace.received', traceId, spans, logs: [], bytes: 100, ...more })
  const create = (id: string, trace: string) =>
    emitTask({
      kind: 'task.created',
      id: nodeId(id),
      node: 'task',
      name: id,
      attempt: 1,
      trace: { traceId: trace, spanId: '00f067aa0ba902b7' },
      capabilities: {},
    })
  return { registry, receive, create }
}

function numbers(count: number, from = 1): readonly SpanData[] {
  return Array.from({ length: count }, (_none, index) => span(from + index))
}

describe('what was received of a trace', () => {
  it('is kept up to its limit, and the rest is counted', () => {
    const { registry, receive } = open()
    receive(numbers(receivedLimits.spans + 5), { lost: 3 })
    const { received } = registry.trace(traceId)
    expect(received?.spans).toMatchObject({ dropped: 5 })
    expect(received?.lost).toBe(3)
  })

  it('makes room for that of other traces when all of it takes up too much, and goes on counting', () => {
    const { registry, receive } = open()
    const changed: string[] = []
    registry.observe({ traceChanged: (id) => void changed.push(id) })
    receive(numbers(2), { bytes: receivedLimits.bytes })
    const other = 'f'.repeat(32)
    receive([span(1, other)], { traceId: other })
    expect(registry.trace(traceId).received).toMatchObject({ spans: { items: [] }, lost: 2 })
    expect(changed).toContain(traceId)
    receive(numbers(1, 3))
    expect(registry.trace(traceId).received).toMatchObject({ lost: 2 })
    expect(registry.trace(traceId).received?.spans.items).toHaveLength(1)
  })

  it('goes with the last task of the trace', () => {
    const { registry, receive, create } = open()
    create('a', traceId)
    receive(numbers(2))
    registry.removeSource(sourceId('s'))
    expect(registry.trace(traceId).received).toBeUndefined()
  })
})

/** A viewer that takes every part of the trace that it watches. */
function viewer(registry: ReturnType<typeof createRegistry>) {
  const watched = new WatchedTrace(registry, traceId)
  const mirror = new TraceMirror()
  mirror.watch(traceId)
  registry.observe({
    traceChanged: (id) => void (id === traceId && watched.touch()),
    changed: (key) => void watched.changed(key),
  })
  let n = 0
  const sizes: number[] = []
  return {
    sizes,
    see(): Trace | undefined {
      while (watched.waits) {
        const part = watched.takePart(++n)
        sizes.push(part.received?.spans.items.length ?? 0)
        mirror.take(part)
      }
      return mirror.get()
    },
  }
}

describe('a viewer of a trace', () => {
  it('gets what was received in parts, each once, and always has what the registry has', () => {
    const { registry, receive, create } = open()
    create('a', traceId)
    const { see, sizes } = viewer(registry)
    expect(see()?.received).toBeUndefined()
    receive(numbers(tracePart.spans + 10), { logs: [log('one')] })
    expect(see()?.received).toEqual(registry.trace(traceId).received)
    expect(sizes).toEqual([0, tracePart.spans, 10])
    receive(numbers(1, 90_000), { logs: [log('two')], lost: 4 })
    expect(see()?.received).toEqual(registry.trace(traceId).received)
    receive([], { lost: 1 })
    expect(see()?.received?.lost).toBe(5)
    receive(numbers(receivedLimits.spans, 100_000))
    expect(see()?.received).toEqual(registry.trace(traceId).received)
  })

  it('sees that what was received had to go for that of other traces', () => {
    const { registry, receive, create } = open()
    create('a', traceId)
    const { see } = viewer(registry)
    receive(numbers(3), { bytes: receivedLimits.bytes })
    expect(see()?.received?.spans.items).toHaveLength(3)
    receive([span(1, 'f'.repeat(32))], { traceId: 'f'.repeat(32) })
    expect(see()?.received).toMatchObject({ spans: { items: [] }, lost: 3 })
  })
})
