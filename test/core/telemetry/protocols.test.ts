import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { createSender, type SenderOptions } from '../../../core/telemetry/create-sender.ts'
import { retryDelayMs } from '../../../core/telemetry/grpc-status.ts'
import type { Metric } from '../../../core/telemetry/metric.ts'
import { createOtlpFileSender } from '../../../core/telemetry/otlp-file-sender.ts'
import type { OtlpSender } from '../../../core/telemetry/otlp-payload.ts'
import { decodeJsonSpans } from '../../support/collector/decode-request.ts'
import { startCollector } from './collector.ts'
import { answerOk, answerStatus, type GrpcCollector, startGrpcCollector } from './grpc-server.ts'
import { numberedSpan } from './numbered-span.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

const spans = { kind: 'spans', spans: [numberedSpan(1), numberedSpan(2)] } as const
const metric: Metric = {
  name: 'taskscope.test',
  unit: 's',
  description: 'for a test',
  kind: 'histogram',
  since: 1_700_000_000_000,
  at: 1_700_000_001_000,
  points: [{ attributes: { a: 'b' }, bounds: [1, 2], counts: [1, 0, 2], count: 3, sum: 9, min: 0.5, max: 6 }],
}
const metrics = { kind: 'metrics', metrics: [metric] } as const
const retryInfo = Buffer.concat([
  // google.rpc.Status { code: 14, details: [Any { type_url, value: RetryInfo { retry_delay { seconds: 2, nanos: 5e8 } } }] }
  Buffer.from([0x08, 14, 0x1a, 0x36, 0x0a, 0x28]),
  Buffer.from('type.googleapis.com/google.rpc.RetryInfo'),
  Buffer.from([0x12, 0x0a, 0x0a, 0x08, 0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]),
])
const opened: OtlpSender[] = []

afterEach(() => {
  for (const sender of opened.splice(0)) sender.close()
})

function sender(options: Partial<SenderOptions>): OtlpSender {
  const made = createSender({
    endpoint: '',
    headers: {},
    resource: { 'service.name': 'taskscope-test' },
    clock: systemClock,
    timers: systemTimers,
    ...options,
  })
  opened.push(made)
  return made
}

describe('OTLP over HTTP', () => {
  it.each(['http/protobuf', 'http/json'] as const)('%s arrives compressed when gzip is wanted', async (protocol) => {
    const bodies: { readonly body: Uint8Array; readonly headers: Headers }[] = []
    const answer = await sender({
      endpoint: 'http://collector.invalid/v1/traces',
      protocol,
      compression: 'gzip',
      fetch: (_url, { body, headers }) => {
        bodies.push({ body: body as Uint8Array, headers: headers as Headers })
        return Promise.resolve(new Response(null, { status: 200 }))
      },
    }).send(spans)
    expect(answer).toMatchObject({ kind: 'taken', rejected: 0 })
    expect(bodies[0]?.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(bodies[0]?.body ?? '').toString()).toContain('span 2')
  })

  it('json is OTLP JSON, and a partial success in JSON is honoured', async () => {
    let sent = ''
    const answer = await sender({
      endpoint: 'http://collector.invalid/v1/traces',
      protocol: 'http/json',
      fetch: (_url, { body }) => {
        sent = Buffer.from(body as Uint8Array).toString()
        const said = { partialSuccess: { rejectedSpans: '1', errorMessage: 'too old' } }
        return Promise.resolve(Response.json(said))
      },
    }).send(spans)
    expect(decodeJsonSpans(sent).map(({ spanId }) => spanId)).toEqual(spans.spans.map(({ spanId }) => spanId))
    expect(answer).toEqual({
      kind: 'taken',
      status: 200,
      rejected: 1,
      text: 'the collector answered 200 and rejected 1 span: too old',
    })
  })

  it('metrics go to their own path', async () => {
    const urls: string[] = []
    const answer = await sender({
      endpoint: 'http://collector.invalid/base/v1/traces',
      fetch: (url) => {
        urls.push(url)
        return Promise.resolve(new Response(null, { status: 200 }))
      },
    }).send(metrics)
    expect(answer.kind).toBe('taken')
    expect(urls).toEqual(['http://collector.invalid/base/v1/metrics'])
  })
})

describe('OTLP over gRPC', () => {
  let collector: GrpcCollector

  beforeEach(async () => {
    collector = await startGrpcCollector()
  })

  afterEach(() => collector.close())

  function toCollector(options: Partial<SenderOptions> = {}): OtlpSender {
    return sender({ endpoint: collector.base, protocol: 'grpc', ...options })
  }

  it.each(['none', 'gzip'] as const)(
    'spans arrive with compression %s, with metadata, over one connection',
    async (compression) => {
      const to = toCollector({ compression, headers: { 'X-Token': 'secret' } })
      expect(await to.send(spans)).toMatchObject({ kind: 'taken', rejected: 0, text: 'the collector answered OK' })
      await to.send(spans)
      expect(collector.requests).toHaveLength(2)
      expect(collector.connections).toBe(1)
      expect(collector.requests[0]).toMatchObject({
        path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        compressed: compression === 'gzip',
        headers: { 'x-token': 'secret', te: 'trailers', 'content-type': 'application/grpc' },
        spans: [{ name: 'span 1' }, { name: 'span 2' }],
      })
    },
  )

  it('metrics arrive at their own service', async () => {
    expect(await toCollector().send(metrics)).toMatchObject({ kind: 'taken' })
    expect(collector.requests[0]?.metrics).toEqual(['taskscope.test'])
  })

  it('honours partial success', async () => {
    collector.behave((stream) => answerOk(stream, 2, 'no room'))
    expect(await toCollector().send(spans)).toMatchObject({ kind: 'taken', rejected: 2 })
  })

  it('tries again when the collector is unavailable, not before the time it names', async () => {
    collector.behave((stream) => answerStatus(stream, 14, 'come back', retryInfo))
    expect(await toCollector().send(spans)).toEqual({
      kind: 'later',
      text: 'the collector answered UNAVAILABLE: come back',
      afterMs: 2500,
    })
  })

  it('tries again when resources are exhausted only if the collector names a time', async () => {
    collector.behave((stream) => answerStatus(stream, 8, 'full', retryInfo))
    expect(await toCollector().send(spans)).toMatchObject({ kind: 'later', afterMs: 2500 })
    collector.behave((stream) => answerStatus(stream, 8, 'full'))
    expect(await toCollector().send(spans)).toMatchObject({ kind: 'refused' })
  })

  it('does not try again what is refused, and hides a secret that comes back', async () => {
    collector.behave((stream) => answerStatus(stream, 16, 'bad token s3cr3t-value'))
    const answer = await toCollector({ headers: { authorization: 's3cr3t-value' } }).send(spans)
    expect(answer).toMatchObject({ kind: 'refused' })
    expect(answer.text).toBe(
      'the collector answered UNAUTHENTICATED (it wants other credentials: see the headers): bad token •••',
    )
  })

  it('calls an answer that was cut off no answer', async () => {
    collector.behave((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      stream.write(Buffer.from([0, 0]))
      stream.close(2)
    })
    expect(await toCollector().send(spans)).toMatchObject({ kind: 'later' })
  })

  it('gives up a call that gets no answer, and opens another connection for the next', async () => {
    collector.behave(() => undefined)
    let patienceMs = 50
    const timers = { after: (_ms: number, callback: () => void) => systemTimers.after(patienceMs, callback) }
    const to = toCollector({ timers })
    expect((await to.send(spans)).text).toMatch(/did not answer within/)
    // The next one is answered, however slow this machine is.
    patienceMs = 60_000
    collector.behave((stream) => answerOk(stream))
    expect(await to.send(spans)).toMatchObject({ kind: 'taken' })
    expect(collector.connections).toBe(2)
  })

  it('says when nothing listens, and when it is no gRPC endpoint', async () => {
    const { base } = collector
    const plain = await startCollector()
    expect((await sender({ endpoint: plain.base, protocol: 'grpc' }).send(spans)).kind).toBe('later')
    await plain.close()
    await collector.close()
    expect((await sender({ endpoint: base, protocol: 'grpc' }).send(spans)).text).toMatch(/nothing listens/)
    collector = await startGrpcCollector()
  })

  it('reads the wait out of status details, and nothing out of noise', () => {
    expect(retryDelayMs(retryInfo)).toBe(2500)
    expect(retryDelayMs(Buffer.from('whatever this is'))).toBeUndefined()
    expect(retryDelayMs(retryInfo.subarray(0, 30))).toBeUndefined()
  })
})

describe('OTLP in a file', () => {
  const folder = createTemporaryFolder()
  afterEach(() => folder.remove())

  it('is one request per line, for its owner only', async () => {
    const path = join(createAgain(), 'spans.jsonl')
    const to = sender({ endpoint: path, protocol: 'file' })
    const answers = await Promise.all([to.send(spans), to.send(metrics), to.send(spans)])
    expect(answers.map(({ kind }) => kind)).toEqual(['taken', 'taken', 'taken'])
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(decodeJsonSpans(lines[2] ?? '')).toHaveLength(2)
    expect(JSON.parse(lines[1] ?? '')).toHaveProperty('resourceMetrics')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('that has grown to its bound is moved out of the way, and the one before that goes', async () => {
    const path = join(createAgain(), 'bounded.jsonl')
    const one = createOtlpFileSender({ endpoint: path, resource: {}, maxBytes: 1000 })
    for (let n = 0; n < 20; n++) await one.send({ kind: 'spans', spans: [numberedSpan(n)] })
    const lines = (name: string) => readFileSync(name, 'utf8').trimEnd().split('\n')
    for (const name of [path, `${path}.1`]) {
      expect(statSync(name).size).toBeLessThanOrEqual(1000)
      for (const line of lines(name)) expect(JSON.parse(line)).toHaveProperty('resourceSpans')
    }
    expect(readdirSync(dirname(path))).toHaveLength(2)
  })

  it('waits for a folder that is not there, and wants an absolute path', async () => {
    const missing = sender({ endpoint: join(folder.path, 'none', 'spans.jsonl'), protocol: 'file' })
    expect(await missing.send(spans)).toMatchObject({ kind: 'later' })
    expect(await sender({ endpoint: 'spans.jsonl', protocol: 'file' }).send(spans)).toMatchObject({ kind: 'refused' })
  })

  function createAgain(): string {
    const again = createTemporaryFolder()
    opened.push({ shownEndpoint: '', send: () => Promise.reject(new Error('closed')), close: () => again.remove() })
    return again.path
  }
})
