/**
 * A real OpenTelemetry Collector that forwards to our receiver, as people set it up who have one running: spans and logs
 * arrive, compressed and not, and the token is brought along.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Intake } from '../../core/telemetry/receive/intake.ts'
import { receiveLimits } from '../../core/telemetry/receive/limits.ts'
import { createOtlpServer, type OtlpServer } from '../../core/telemetry/receive/otlp-server.ts'
import { contentTypes, logsBody, serverSpans, spansBody, taskSpanId, traceId } from '../core/telemetry/receive/sent.ts'
import { buildCollector, freePort } from './build-collector.ts'
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts'

const whyNot = await buildCollector()
if (whyNot !== undefined) console.warn(`\nSKIPPED: receiving from the OpenTelemetry Collector: ${whyNot}\n`)

const token = 'a-token-of-some-length'
const patience = { timeout: 30_000, interval: 50 }

let collector: CollectorProcess
let server: OtlpServer
let intake: Intake
let entrance: number

async function start(compression: string, encoding: string): Promise<void> {
  intake = new Intake({ limits: receiveLimits, instance: 'this-run', now: () => Date.now() })
  server = createOtlpServer({ intake, limits: receiveLimits, token, hasRoom: () => true, onRequest: () => undefined })
  const port = await server.listen([0])
  entrance = await freePort()
  const pipeline = { receivers: ['otlp'], exporters: ['otlphttp'] }
  collector = await startCollectorProcess(() => ({
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${entrance}` } } } },
    exporters: {
      otlphttp: {
        ...{ endpoint: `http://localhost:${port}`, compression, encoding },
        headers: { authorization: `Bearer ${token}` },
      },
    },
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { traces: pipeline, logs: pipeline } },
  }))
}

const ways = (['none', 'gzip'] as const).flatMap((compression) =>
  (['proto', 'json'] as const).map((encoding) => ({ compression, encoding })),
)

describe.skipIf(whyNot !== undefined).each(ways)('forwarded in $encoding, compression $compression', (way) => {
  beforeEach(() => start(way.compression, way.encoding), 60_000)

  afterEach(async () => {
    await collector.stop()
    await server.close()
  })

  it('spans and logs arrive in whole', async () => {
    intake.shelf.know(traceId)
    const headers = { 'content-type': contentTypes.protobuf }
    const send = (path: string, body: Uint8Array<ArrayBuffer>) =>
      fetch(`http://127.0.0.1:${entrance}${path}`, { method: 'POST', body, headers })
    expect((await send('/v1/traces', spansBody(serverSpans(), 'protobuf'))).status).toBe(200)
    const log = logsBody('protobuf', 'slow shard', { traceId, spanId: taskSpanId })
    expect((await send('/v1/logs', log)).status).toBe(200)
    await vi.waitFor(() => expect(intake.counts()).toMatchObject({ matched: 3, refused: 0 }), patience)
    const [batch] = intake.batches()
    expect(batch?.spans.map(({ name, service }) => `${service} ${name}`)).toEqual([
      'docs-server query',
      'docs-server handle',
    ])
    expect(batch?.spans[0]?.attributes).toEqual({ rows: 42, ratio: 0.5, cached: false, tables: ['a', 'b'] })
    expect(batch?.logs).toMatchObject([{ text: 'slow shard', level: 'warn', spanId: taskSpanId }])
  }, 60_000)
})
