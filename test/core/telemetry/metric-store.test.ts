import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Metric } from '../../../core/telemetry/metric.ts'
import { createMetricStore, type Reading } from '../../../core/telemetry/metric-store.ts'
import { createOtlpExporter, type OtlpExporter } from '../../../core/telemetry/otlp-exporter.ts'
import { createFakeTime } from '../../support/fake-time.ts'
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder

beforeEach(() => {
  folder = createTemporaryFolder()
})

afterEach(() => folder.remove())

function metric(value: number): Metric {
  return {
    kind: 'sum',
    name: 'taskscope.events.applied',
    unit: '{event}',
    description: '',
    since: 1000,
    at: 2000,
    points: [{ attributes: {}, value }],
  }
}

function reading(since: number, at: number, value = 1): Reading {
  return { since, at, resource: { 'service.instance.id': `run ${since}` }, metrics: [metric(value)] }
}

describe('readings of metrics on disk', () => {
  it('outlive the process, the newest of each run, oldest run first, for their owner only', () => {
    const store = createMetricStore(folder.path, 5000)
    store.put(reading(1000, 2000, 1))
    store.put(reading(1000, 3000, 2))
    store.put(reading(500, 600, 3))
    const next = createMetricStore(folder.path, 5000)
    expect(next.waiting).toBe(2)
    expect(next.oldest()).toEqual(reading(500, 600, 3))
    next.settle(reading(500, 600, 3))
    expect(next.oldest()).toEqual(reading(1000, 3000, 2))
    for (const name of readdirSync(folder.path)) expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600)
  })

  it('stay when a newer one came while an older one was under way', () => {
    const store = createMetricStore(folder.path, 5000)
    store.put(reading(1000, 2000))
    const underWay = store.oldest() ?? expect.fail('it should be there')
    store.put(reading(1000, 3000))
    store.settle(underWay)
    expect(store.oldest()).toEqual(reading(1000, 3000))
  })

  it('of more than eight runs, or older than a week, are given up; what is no reading is left alone', () => {
    const store = createMetricStore(folder.path, 5000)
    for (let run = 1; run <= 10; run++) store.put(reading(run, 100))
    expect(store).toMatchObject({ waiting: 8, dropped: 2 })
    expect(store.oldest()?.since).toBe(3)
    writeFileSync(join(folder.path, 'metrics-99.json'), '{"torn')
    expect(createMetricStore(folder.path, 5000).waiting).toBe(8)
    expect(createMetricStore(folder.path, 8 * 86_400_000)).toMatchObject({ waiting: 0, dropped: 8 })
  })

  it('say so when the disk cannot be written, and wait in memory', () => {
    writeFileSync(join(folder.path, 'taken'), '')
    const store = createMetricStore(join(folder.path, 'taken'), 5000)
    store.put(reading(1000, 2000))
    expect(store.waiting).toBe(1)
    expect(store.problem).toMatch(/metrics cannot be kept on disk/)
  })
})

describe('metrics of a collector that is away', () => {
  const exporters: OtlpExporter[] = []

  afterEach(async () => {
    await Promise.all(exporters.splice(0).map((exporter) => exporter.close(0)))
  })

  function run(answers: number[]) {
    const time = createFakeTime()
    const requests: string[] = []
    const exporter = createOtlpExporter({
      endpoint: 'http://collector.invalid/v1/traces',
      headers: {},
      resource: { 'service.instance.id': 'this run' },
      protocol: 'http/json',
      clock: time,
      timers: time,
      metricStore: createMetricStore(folder.path, time.now()),
      fetch: (_url, { body }) => {
        requests.push(new TextDecoder().decode(body as Uint8Array))
        return Promise.resolve(new Response(null, { status: answers.shift() ?? 200 }))
      },
    })
    exporters.push(exporter)
    return { time, exporter, requests }
  }

  it('are sent when it is back, the newest reading once, and count as lost nowhere', async () => {
    const { time, exporter, requests } = run([503])
    exporter.report([metric(1)], 1000)
    await vi.waitFor(() => expect(exporter.health().lastError).toMatch(/^metrics: the collector answered 503/))
    expect(exporter.health()).toMatchObject({ metrics: { waiting: 1, dropped: 0, refused: 0 } })
    await time.advance(20_000)
    await vi.waitFor(() => expect(exporter.health().metrics).toBeUndefined())
    expect(requests).toHaveLength(2)
  })

  it('of an earlier run go first, under the name of that run', async () => {
    const at = createFakeTime().now()
    createMetricStore(folder.path, at).put({ ...reading(500, 600, 41), at })
    const { exporter, requests } = run([])
    exporter.report([metric(1)], 1000)
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    expect(requests.map((text) => /"(run 500|this run)"/.exec(text)?.[1])).toEqual(['run 500', 'this run'])
  })

  it('that it refuses are counted', async () => {
    const { exporter } = run([400])
    exporter.report([metric(1)], 1000)
    await vi.waitFor(() => expect(exporter.health().metrics).toEqual({ waiting: 0, dropped: 0, refused: 1 }))
  })
})
