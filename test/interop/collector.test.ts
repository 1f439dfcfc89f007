/**
 * Against a real OpenTelemetry Collector, built here from its Go modules: traces and metrics arrive over HTTP and gRPC,
 * compressed and not. `npm run test:interop`; skipped aloud where there is no Go or no way to its modules.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemClock, systemTimers } from '../../core/system/system-clock.ts'
import { createSender } from '../../core/telemetry/create-sender.ts'
import { resolveExport } from '../../core/telemetry/export-settings.ts'
import type { Metric } from '../../core/telemetry/metric.ts'
import { createOtlpExporter } from '../../core/telemetry/otlp-exporter.ts'
import { numberedSpan } from '../core/telemetry/numbered-span.ts'
import { buildCollector, buildTimeoutMs, freePort } from './build-collector.ts'
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts'

const whyNot = await buildCollector()
if (whyNot !== undefined) console.warn(`\nSKIPPED: interoperability with the OpenTelemetry Collector: ${whyNot}\n`)

let collector: CollectorProcess | undefined
let http = 0
let grpc = 0

beforeAll(async () => {
  if (whyNot !== undefined) return
  http = await freePort()
  grpc = await freePort()
  collector = await startCollectorProcess((folder) => ({
    receivers: {
      otlp: {
        protocols: { http: { endpoint: `127.0.0.1:${http}` }, grpc: { endpoint: `127.0.0.1:${grpc}` } },
      },
    },
    exporters: { file: { path: join(folder, 'received.jsonl'), flush_interval: '100ms' } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: {
        traces: { receivers: ['otlp'], exporters: ['file'] },
        metrics: { receivers: ['otlp'], exporters: ['file'] },
      },
    },
  }))
}, buildTimeoutMs)

afterAll(() => collector?.stop())

function received(): string {
  const file = join(collector?.folder ?? '', 'received.jsonl')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

const ways = (['http/protobuf', 'http/json', 'grpc'] as const).flatMap((protocol) =>
  (['none', 'gzip'] as const).map((compression) => ({ protocol, compression })),
)

describe.skipIf(whyNot !== undefined).each(ways)('over $protocol, compression $compression', (way) => {
  const number = 1000 + ways.indexOf(way) * 10

  function resolved() {
    const endpoint = `http://127.0.0.1:${way.protocol === 'grpc' ? grpc : http}`
    return resolveExport({ endpoint, headers: {}, ...way }, {}, { version: '1.0.0' })
  }

  it('traces arrive in whole', async () => {
    const exporter = createOtlpExporter({ ...resolved(), clock: systemClock, timers: systemTimers })
    const span = {
      ...numberedSpan(number),
      attributes: { text: 'a', count: 3, share: 0.5, yes: true, list: ['x', 'y'] },
      events: [{ name: 'taskscope.checkpoint', at: 1_700_000_000_000, attributes: { page: 1 } }],
      links: [{ traceId: numberedSpan(1).traceId, spanId: numberedSpan(2).spanId }],
    }
    exporter.accept(span)
    await exporter.flush()
    expect(exporter.health()).toMatchObject({ light: 'ok', sent: 1, dropped: 0 })
    await exporter.close()
    const line = await vi.waitFor(
      () =>
        received()
          .split('\n')
          .find((one) => one.includes(span.spanId)) ?? expect.fail('not there yet'),
      { timeout: 20_000, interval: 100 },
    )
    const [one] = JSON.parse(line).resourceSpans[0].scopeSpans[0].spans
    expect(one).toMatchObject({ traceId: span.traceId, spanId: span.spanId, name: span.name, kind: 1 })
    expect(one.attributes).toHaveLength(5)
    expect(one.events[0].name).toBe('taskscope.checkpoint')
    expect(one.links[0].spanId).toBe(numberedSpan(2).spanId)
  }, 30_000)

  it('metrics arrive', async () => {
    const name = `taskscope.interop.${number}`
    const base = { unit: 's', description: '', since: 1_700_000_000_000, at: 1_700_000_001_000 }
    const points = [{ attributes: { a: 'b' }, bounds: [1], counts: [1, 2], count: 3, sum: 9, min: 0.5, max: 6 }]
    const metrics: readonly Metric[] = [
      { ...base, kind: 'histogram', name, points },
      { ...base, kind: 'sum', name: `${name}.sum`, points: [{ attributes: {}, value: 7 }] },
      { ...base, kind: 'gauge', name: `${name}.gauge`, points: [{ attributes: {}, value: 0.5 }] },
    ]
    const sender = createSender({ ...resolved(), clock: systemClock, timers: systemTimers })
    expect(await sender.send({ kind: 'metrics', metrics })).toMatchObject({ kind: 'taken', rejected: 0 })
    sender.close()
    await vi.waitFor(() => expect(received()).toContain(`"${name}.gauge"`), { timeout: 20_000, interval: 100 })
    expect(received()).toContain(`"${name}.sum"`)
  }, 30_000)
})
