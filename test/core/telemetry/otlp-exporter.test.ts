import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nodeId } from '../../../core/model/identity.ts'
import type { SpanData } from '../../../core/model/span.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import type { OtlpExporter, OtlpExporterOptions } from '../../../core/telemetry/otlp-exporter.ts'
import { createOtlpExporter } from '../../../core/telemetry/otlp-exporter.ts'
import { maxBatch, maxBatchParts } from '../../../core/telemetry/span-queue.ts'
import { createFakeTime } from '../../support/fake-time.ts'
import { done, failure } from '../registry/scene.ts'
import { answerPartly, type Collector, startCollector, take } from './collector.ts'
import { numberedSpan } from './numbered-span.ts'
import { createSpanScene, onlySpan, traceId } from './span-scene.ts'

let collector: Collector
const opened: OtlpExporter[] = []

beforeEach(async () => {
  collector = await startCollector()
})

afterEach(async () => {
  for (const exporter of opened.splice(0)) await exporter.close(0)
  await collector.close()
})

function exporterTo(endpoint: string, options: Partial<OtlpExporterOptions> = {}): OtlpExporter {
  const exporter = createOtlpExporter({
    endpoint,
    headers: {},
    resource: { 'service.name': 'taskscope-test' },
    clock: systemClock,
    timers: systemTimers,
    ...options,
  })
  opened.push(exporter)
  return exporter
}

function toCollector(options: Partial<OtlpExporterOptions> = {}): OtlpExporter {
  return exporterTo(`${collector.base}/v1/traces`, options)
}

function span(n: number): SpanData {
  return { ...numberedSpan(n), attributes: {} }
}

function acceptMany(exporter: OtlpExporter, count: number): void {
  for (let n = 0; n < count; n++) exporter.accept(span(n))
}

describe('what a collector receives', () => {
  it('is the whole life of a task with two children, readable by the official protobuf', async () => {
    const scene = createSpanScene()
    const parent = scene.create('p', { name: 'crawl' })
    const t0 = scene.time.now()
    scene.move('p', 'pending', 'running')
    const first = { traceId, spanId: '00000000000000c1', parentSpanId: parent.spanId }
    const second = { traceId, spanId: '00000000000000c2', parentSpanId: parent.spanId }
    scene.create('p/1', { name: 'index', parent: nodeId('p'), trace: first })
    scene.move('p/1', 'pending', 'running')
    await scene.time.advance(100)
    scene.create('p/2', { name: 'rank', parent: nodeId('p'), trace: second })
    scene.move('p/2', 'pending', 'running')
    scene.emit({ kind: 'task.progress', id: nodeId('p/2'), current: 1, total: 2 })
    await scene.time.advance(50.25)
    scene.move('p/1', 'running', 'suspended', { by: { kind: 'person' }, why: { text: 'by you' } })
    await scene.time.advance(100)
    scene.move('p/2', 'running', 'failed', { outcome: failure('error', 'no index') })
    scene.move('p/1', 'suspended', 'running', { by: { kind: 'person' } })
    scene.move('p/1', 'running', 'completed', { outcome: done })
    scene.move('p', 'running', 'completed', { outcome: done })

    const exporter = toCollector()
    for (const ended of scene.spans) exporter.accept(ended)
    await exporter.flush()

    const received = collector.spans()
    expect(received).toHaveLength(3 + 5)
    expect(new Set(received.map((one) => one.spanId)).size).toBe(received.length)
    expect(new Set(received.map((one) => one.traceId))).toEqual(new Set([traceId]))
    expect(received.every((one) => one.resource[names.serviceName] === 'taskscope-test')).toBe(true)
    expect(received.every((one) => one.scope === 'taskscope.lifecycle')).toBe(true)

    expect(onlySpan(received, 'task crawl')).toMatchObject({
      spanId: parent.spanId,
      parentSpanId: '',
      kind: 'internal',
      start: t0,
      end: t0 + 250.25,
      status: { code: 'ok' },
    })
    expect(onlySpan(received, 'task index')).toMatchObject({
      spanId: first.spanId,
      parentSpanId: parent.spanId,
      attributes: {
        [names.taskId]: 'p/1',
        [names.taskParentId]: 'p',
        [names.taskAttempt]: 1,
        [names.outcome]: 'completed',
        [names.suspendedMs]: 100,
      },
    })
    expect(onlySpan(received, 'task rank')).toMatchObject({
      spanId: second.spanId,
      parentSpanId: parent.spanId,
      status: { code: 'error', message: 'no index' },
      attributes: { [names.failure]: 'error', [names.errorType]: 'Error' },
      events: [{ name: 'exception' }],
    })
    const ofIndex = received.filter((one) => one.parentSpanId === first.spanId)
    expect(ofIndex.map(({ name, start, end }) => [name, start - t0, end - t0])).toEqual([
      ['task.running', 0, 150.25],
      ['task.suspended', 150.25, 250.25],
      ['task.running', 250.25, 250.25],
    ])
    expect(ofIndex[1]?.attributes).toMatchObject({
      [names.state]: 'suspended',
      [names.enteredBy]: 'you',
      [names.enteredWhy]: 'by you',
      [names.from]: 'suspended',
      [names.to]: 'running',
    })
    expect(received.find((one) => one.parentSpanId === second.spanId)?.events).toMatchObject([
      { name: 'taskscope.progress', attributes: { [names.progressCurrent]: 1, [names.progressTotal]: 2 } },
    ])
  })

  it('comes as protobuf to the right path, with the headers that were set', async () => {
    const exporter = toCollector({ headers: { 'x-team': 'blue', 'Content-Type': 'text/plain' } })
    exporter.accept(span(1))
    await exporter.flush()
    expect(collector.requests[0]).toMatchObject({
      path: '/v1/traces',
      headers: { 'content-type': 'application/x-protobuf', 'x-team': 'blue' },
    })
  })

  it('comes in requests of bounded length, few at a time, each span once', async () => {
    let open = 0
    let most = 0
    collector.behave((response) => {
      open += 1
      most = Math.max(most, open)
      setImmediate(() => {
        open -= 1
        take(response)
      })
    })
    const exporter = toCollector()
    acceptMany(exporter, 10_000)
    await exporter.flush()

    expect(Math.max(...collector.requests.map((request) => request.spans.length))).toBe(maxBatch)
    expect(most).toBeLessThanOrEqual(2)
    expect(new Set(collector.spans().map((one) => one.spanId)).size).toBe(10_000)
    expect(exporter.health()).toMatchObject({ light: 'ok', sent: 10_000, queued: 0, dropped: 0 })
  })

  it('comes in more requests when spans are full of events, so that none is too long for a collector', async () => {
    const exporter = toCollector()
    const events = Array.from({ length: 128 }, (_, at) => ({ name: 'line', at }))
    for (let n = 0; n < 100; n++) exporter.accept({ ...span(n), events })
    await exporter.flush()
    const lengths = collector.requests.map(({ spans }) => spans.length)
    expect(Math.max(...lengths) * 129).toBeLessThanOrEqual(maxBatchParts)
    expect(lengths).toHaveLength(Math.ceil(100 / Math.floor(maxBatchParts / 129)))
    expect(new Set(collector.spans().map(({ spanId }) => spanId)).size).toBe(100)
  })

  it('does not wait for a full request when the delay is over', async () => {
    const exporter = toCollector({ delayMs: 1 })
    exporter.accept(span(1))
    await vi.waitFor(() => expect(collector.spans()).toHaveLength(1))
  })
})

describe('a collector that misbehaves', () => {
  it('and is busy gets the same spans again, after the time it asked for', async () => {
    collector.behave((response, _request, count) => {
      if (count === 1) response.writeHead(503, { 'retry-after': '1' }).end('warming up')
      else take(response)
    })
    const time = createFakeTime()
    const exporter = toCollector({ clock: time, timers: time })
    acceptMany(exporter, 3)
    await exporter.flush()
    expect(exporter.health()).toMatchObject({ light: 'failing', sent: 0, queued: 3, dropped: 0 })
    expect(exporter.health().lastError).toBe('the collector answered 503: warming up')

    await time.advance(999)
    expect(collector.requests).toHaveLength(1)
    await time.advance(1)
    await vi.waitFor(() => expect(exporter.health()).toMatchObject({ light: 'ok', sent: 3, queued: 0 }))
    expect(collector.requests.map((request) => request.spans.length)).toEqual([3, 3])
  })

  it('and is not there is tried again, less and less often', async () => {
    const port = await freePort()
    const time = createFakeTime()
    const exporter = exporterTo(`http://127.0.0.1:${port}/v1/traces`, { clock: time, timers: time, random: () => 0.5 })
    exporter.accept(span(1))
    await exporter.flush()
    expect(exporter.health().lastError).toBe(`nothing listens at 127.0.0.1:${port} (connection refused)`)
    const attempts: number[] = []
    for (const pause of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const before = exporter.health().lastErrorAt ?? 0
      await time.advance(pause)
      await vi.waitFor(() => expect(exporter.health().lastErrorAt).toBeGreaterThan(before))
      attempts.push((exporter.health().lastErrorAt ?? 0) - before)
    }
    expect(attempts).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(exporter.health()).toMatchObject({ queued: 1, dropped: 0 })
  })

  it('and hangs is given up after the time-out, and its spans are kept', async () => {
    collector.behave(() => undefined)
    const time = createFakeTime()
    const exporter = toCollector({ clock: time, timers: time, timeoutMs: 2500 })
    exporter.accept(span(1))
    const flushed = exporter.flush()
    await vi.waitFor(() => expect(collector.requests).toHaveLength(1))
    await time.advance(2500)
    await flushed
    expect(exporter.health()).toMatchObject({ light: 'failing', queued: 1, dropped: 0 })
    expect(exporter.health().lastError).toMatch(/did not answer within 2\.5 s/)
  })

  it.each([400, 401, 500])(
    'and answers %d loses those spans, counted and explained, but not the next',
    async (status) => {
      collector.behave((response, _request, count) => {
        if (count === 1) response.writeHead(status).end('no thanks')
        else take(response)
      })
      const exporter = toCollector()
      acceptMany(exporter, 2)
      await exporter.flush()
      expect(exporter.health()).toMatchObject({ light: 'failing', sent: 0, queued: 0, dropped: 2 })
      expect(exporter.drops()).toMatchObject({ refused: 2 })
      expect(exporter.health().lastError).toMatch(new RegExp(`answered ${status}.*: no thanks$`))
      exporter.accept(span(3))
      await exporter.flush()
      expect(exporter.health()).toMatchObject({ light: 'ok', sent: 1, dropped: 2 })
    },
  )

  it('and keeps only some of the spans is believed', async () => {
    collector.behave((response) => answerPartly(response, 2, 'too old'))
    const exporter = toCollector()
    acceptMany(exporter, 5)
    await exporter.flush()
    expect(exporter.health()).toMatchObject({ light: 'failing', sent: 3, dropped: 2 })
    expect(exporter.drops()).toMatchObject({ rejected: 2 })
    expect(exporter.health().lastError).toBe('the collector answered 200 and rejected 2 spans: too old')
  })

  it('and cuts its answer off after a success is not sent the spans again', async () => {
    collector.behave((response) => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': '100' })
      response.write(Buffer.from([10]), () => response.destroy())
    })
    const exporter = toCollector()
    exporter.accept(span(1))
    await exporter.flush()
    // The part that would name rejected spans never came.
    expect(exporter.health()).toMatchObject({ light: 'ok', sent: 0, queued: 0, dropped: 0, unconfirmed: 1 })
    expect(collector.requests).toHaveLength(1)
  })

  it('costs the oldest spans when the queue is full, and says so', async () => {
    collector.behave((response) => response.writeHead(503).end())
    const time = createFakeTime()
    const exporter = toCollector({ clock: time, timers: time, maxQueue: 100 })
    acceptMany(exporter, 150)
    expect(exporter.health()).toMatchObject({ queued: 100, dropped: 50 })
    expect(exporter.drops()).toMatchObject({ overflow: 50 })
    collector.behave(take)
    await exporter.flush()
    expect(collector.spans()[0]?.name).toBe('span 50')
  })
})

describe('a span that need not be made to wait', () => {
  it('is made when it is sent, and never when it is dropped', async () => {
    const made: number[] = []
    const time = createFakeTime()
    const exporter = toCollector({ clock: time, timers: time, maxQueue: 3, delayMs: 1000 })
    const later = (n: number) => ({
      make() {
        made.push(n)
        return span(n)
      },
    })
    for (let n = 0; n < 5; n++) exporter.acceptLater(later(n))
    expect(exporter.health()).toMatchObject({ queued: 3, dropped: 2 })
    expect(made).toEqual([])
    await exporter.flush()
    expect(made).toEqual([2, 3, 4])
    expect(collector.spans().map(({ name }) => name)).toEqual(['span 2', 'span 3', 'span 4'])
    await exporter.close()
    exporter.acceptLater(later(5))
    expect(exporter.drops()).toMatchObject({ overflow: 2, closed: 1 })
    expect(made).toHaveLength(3)
  })
})

describe('closing', () => {
  it('sends what is queued first', async () => {
    const exporter = toCollector()
    acceptMany(exporter, 600)
    await exporter.close()
    expect(collector.spans()).toHaveLength(600)
  })

  it('does not wait for a collector that hangs, leaves no timer, and counts what is lost', async () => {
    collector.behave(() => undefined)
    const time = createFakeTime()
    const exporter = toCollector({ clock: time, timers: time })
    acceptMany(exporter, 2 * maxBatch + 500)
    const closed = exporter.close(100)
    await time.advance(100)
    await closed
    // Two requests were under way and may have arrived.
    const lost = { queued: 0, dropped: 500, unconfirmed: 2 * maxBatch }
    await vi.waitFor(() => expect(exporter.health()).toMatchObject(lost))
    expect(exporter.drops()).toMatchObject({ closed: lost.dropped })
    expect(time.pending()).toBe(0)
    exporter.accept(span(1))
    expect(exporter.drops()).toMatchObject({ closed: lost.dropped + 1 })
  })
})

it('keeps nothing and sends nothing without an endpoint', async () => {
  const exporter = exporterTo('')
  acceptMany(exporter, 10)
  await exporter.flush()
  expect(exporter.health()).toMatchObject({ light: 'off', sent: 0, queued: 0, dropped: 0 })
})

it('shows the endpoint without credentials, and sends them as a login', async () => {
  const exporter = exporterTo(`${collector.base.replace('//', '//me:pa%20ss@')}/v1/traces`)
  exporter.accept(span(1))
  await exporter.flush()
  expect(exporter.health().endpoint).toBe(`${collector.base}/v1/traces`)
  expect(collector.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pa ss').toString('base64')}`)
})

describe('a test span', () => {
  it('that is taken says so and waits for nobody', async () => {
    const exporter = toCollector()
    expect(await exporter.testSpan()).toMatchObject({ ok: true, answer: 'the collector answered 200' })
    expect(collector.spans().map((one) => one.name)).toEqual(['taskscope.test'])
  })

  it.each([
    ['a refusal', 400, /^the collector answered 400: bad "thing"$/],
    ['an error of its own', 500, /^the collector answered 500: bad "thing"$/],
    ['missing credentials', 401, /answered 401 \(it wants other credentials/],
    ['an unknown path', 404, /answered 404 \(no OTLP endpoint at this address\)/],
    ['a redirect', 308, /answered 308 \(a redirect/],
  ])('that meets %s shows the status and what was said', async (_what, status, answer) => {
    collector.behave((response) => response.writeHead(status).end('bad\n"thing"\u0007'))
    const told = await toCollector().testSpan()
    expect(told.ok).toBe(false)
    expect(told.answer).toMatch(answer)
  })

  it('that the collector rejects inside a success says why', async () => {
    collector.behave((response) => answerPartly(response, 1, 'no such tenant'))
    expect(await toCollector().testSpan()).toMatchObject({
      ok: false,
      answer: 'the collector answered 200 and rejected 1 span: no such tenant',
    })
  })

  it('to a web page says that this is no OTLP endpoint', async () => {
    collector.behave((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'))
    const told = await toCollector().testSpan()
    expect(told.ok).toBe(false)
    expect(told.answer).toBe(
      'the answer (200, text/html) is not an OTLP answer: is this an OTLP/HTTP endpoint? It said: <h1>Welcome</h1>',
    )
  })

  it('to a port where nothing listens says so', async () => {
    const port = await freePort()
    const told = await exporterTo(`http://127.0.0.1:${port}/v1/traces`).testSpan()
    expect(told).toMatchObject({ ok: false, answer: `nothing listens at 127.0.0.1:${port} (connection refused)` })
  })

  it('to something that speaks no HTTP says so', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const told = await exporterTo(`http://127.0.0.1:${port}/`).testSpan()
    expect(told).toMatchObject({ ok: false, answer: `127.0.0.1:${port} does not speak HTTP` })
    server.close()
  })

  it('to a collector that hangs ends with the time-out', async () => {
    collector.behave(() => undefined)
    const time = createFakeTime()
    const told = toCollector({ clock: time, timers: time, timeoutMs: 3000 }).testSpan()
    await vi.waitFor(() => expect(collector.requests).toHaveLength(1))
    await time.advance(3000)
    expect(await told).toMatchObject({ ok: false, tookMs: 3000, answer: expect.stringMatching(/within 3 s$/) })
  })

  it.each([
    ['not a url', /^not a URL: not a url$/],
    ['ftp://example.org', /^spans go over http or https, not ftp:$/],
  ])('to %s explains what is wrong', async (endpoint, answer) => {
    expect(await exporterTo(endpoint).testSpan()).toMatchObject({ ok: false, answer: expect.stringMatching(answer) })
  })

  it('never shows a header value, neither a wrong one nor one that the collector echoes', async () => {
    const wrong = await toCollector({ headers: { authorization: 'Bearer s3cret\nx' } }).testSpan()
    expect(wrong.answer).toBe('the header authorization has a name or value that HTTP does not allow')
    collector.behave((response, { headers }) => response.writeHead(403).end(`bad token ${headers.authorization}`))
    const echoed = await toCollector({ headers: { authorization: 'Bearer s3cret' } }).testSpan()
    expect(echoed.answer).toMatch(/bad token •••$/)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
