import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it } from 'vitest'
import type { TaskId } from '../../../../core/model/identity.ts'
import { nodeId } from '../../../../core/model/identity.ts'
import type { OpenSpanData, SpanData } from '../../../../core/model/span.ts'
import {
  captureUserSpans,
  type TracedTask,
  type UserSpans,
  type UserSpansOptions,
} from '../../../../core/runner/host/user-spans.ts'
import { createFakeTime } from '../../../support/fake-time.ts'

const storage = new AsyncLocalStorage<TracedTask>()
const ended: { readonly task: TaskId | undefined; readonly span: SpanData }[] = []
let tracing: UserSpans | undefined

const crawl: TracedTask = { id: nodeId('crawl'), trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) } }
const index: TracedTask = {
  id: nodeId('index'),
  trace: { traceId: 'a'.repeat(32), spanId: 'c'.repeat(16), parentSpanId: 'b'.repeat(16) },
}

function enable(options: Partial<UserSpansOptions> = {}): UserSpans {
  tracing = captureUserSpans({
    current: () => storage.getStore(),
    onSpan: (task, span) => ended.push({ task, span }),
    ...options,
  })
  return tracing
}

afterEach(() => {
  tracing?.dispose()
  tracing = undefined
  ended.length = 0
})

function tracer() {
  return trace.getTracer('user-code', '2.0.0')
}

describe('spans that user code makes', () => {
  it('land under the task whose code is running, also after an await', async () => {
    enable()
    await storage.run(crawl, async () => {
      await setImmediate()
      await tracer().startActiveSpan('fetch page', async (outer) => {
        await setImmediate()
        tracer().startSpan('parse').end()
        outer.setAttribute('pages', 3)
        outer.addEvent('redirected', { to: '/b' })
        outer.setStatus({ code: SpanStatusCode.ERROR, message: 'slow' })
        outer.end()
      })
    })

    const [parse, fetchPage] = ended
    expect(ended.map((one) => one.task)).toEqual(['crawl', 'crawl'])
    expect(fetchPage?.span).toMatchObject({
      traceId: crawl.trace.traceId,
      parentSpanId: crawl.trace.spanId,
      name: 'fetch page',
      kind: 'internal',
      status: { code: 'error', message: 'slow' },
      attributes: { pages: 3 },
      events: [{ name: 'redirected', attributes: { to: '/b' } }],
      scope: { name: 'user-code', version: '2.0.0' },
    })
    expect(parse?.span.parentSpanId).toBe(fetchPage?.span.spanId)
    expect(fetchPage?.span.end).toBeGreaterThanOrEqual(fetchPage?.span.start ?? Number.POSITIVE_INFINITY)
  })

  it('of a child task that starts inside a span of its parent land under the child', async () => {
    enable()
    await storage.run(crawl, () =>
      tracer().startActiveSpan('around the child', async (outer) => {
        await storage.run(index, async () => {
          await setImmediate()
          tracer().startSpan('in the child').end()
        })
        tracer().startSpan('back in the parent').end()
        outer.end()
      }),
    )
    const byName = new Map(ended.map((one) => [one.span.name, one]))
    expect(byName.get('in the child')).toMatchObject({ task: 'index', span: { parentSpanId: index.trace.spanId } })
    expect(byName.get('back in the parent')).toMatchObject({
      task: 'crawl',
      span: { parentSpanId: byName.get('around the child')?.span.spanId },
    })
  })

  it('outside any task begin a trace of their own', () => {
    enable()
    tracer().startSpan('at load').end()
    expect(ended).toMatchObject([{ task: undefined, span: { name: 'at load' } }])
    expect(ended[0]?.span).not.toHaveProperty('parentSpanId')
  })

  it('beyond the limit of a second are dropped and counted', () => {
    let now = 0
    const host = enable({ maxSpansPerSecond: 2, now: () => now })
    for (let n = 0; n < 5; n++) tracer().startSpan(`span ${n}`).end()
    expect(ended).toHaveLength(2)
    expect(host.dropped()).toBe(3)
    now = 1000
    tracer().startSpan('later').end()
    expect(ended).toHaveLength(3)
  })
})

it('lets user code read the span of its task', () => {
  enable()
  storage.run(crawl, () => {
    expect(trace.getActiveSpan()?.spanContext()).toMatchObject({
      traceId: crawl.trace.traceId,
      spanId: crawl.trace.spanId,
    })
    expect(context.active()).toBe(context.active())
  })
})

it('leaves nothing behind when it is disposed', () => {
  enable()
  tracing?.dispose()
  storage.run(crawl, () => expect(trace.getActiveSpan()).toBeUndefined())
  tracer().startSpan('unseen').end()
  expect(ended).toEqual([])
})

describe('spans that are open', () => {
  it('are told of once they have been open for a moment, and never when they end at once', async () => {
    const time = createFakeTime()
    const opened: { readonly task: TaskId; readonly span: OpenSpanData }[] = []
    enable({ onOpen: (task, span) => opened.push({ task, span }), timers: time })
    await storage.run(crawl, async () => {
      const long = tracer().startSpan('long')
      long.setAttribute('page', 3)
      for (let n = 0; n < 100; n++) tracer().startSpan('short').end()
      await time.advance(40)
      expect(opened).toEqual([])
      await time.advance(60)
      expect(opened).toEqual([
        {
          task: 'crawl',
          span: expect.objectContaining({ name: 'long', attributes: { page: 3 }, status: { code: 'unset' } }),
        },
      ])
      expect(opened[0]?.span).not.toHaveProperty('end')
      await time.advance(5000)
      expect(time.pending()).toBe(0)
      long.end()
    })
    expect(opened).toHaveLength(1)
    expect(ended.at(-1)?.span.spanId).toBe(opened[0]?.span.spanId)
  })

  it('of no task are only told of at their end', async () => {
    const time = createFakeTime()
    const opened: OpenSpanData[] = []
    enable({ onOpen: (_task, span) => opened.push(span), timers: time })
    const span = tracer().startSpan('nobody’s')
    await time.advance(1000)
    span.end()
    expect([opened.length, time.pending()]).toEqual([0, 0])
  })
})
