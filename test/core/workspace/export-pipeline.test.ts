import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TaskEvent } from '../../../core/model/event.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import {
  createExportPipeline,
  type ExportPipeline,
  type ExportPipelineOptions,
} from '../../../core/workspace/export-pipeline.ts'
import { decodeJsonSpans } from '../../support/collector/decode-request.ts'
import { created, done, source, transition } from '../registry/scene.ts'
import { type Collector, startCollector } from '../telemetry/collector.ts'
import { type GrpcCollector, startGrpcCollector } from '../telemetry/grpc-server.ts'
import { createTemporaryFolder, type TemporaryFolder } from '../telemetry/temporary-folder.ts'

let folder: TemporaryFolder
let collector: Collector
let grpc: GrpcCollector
const opened: ExportPipeline[] = []

beforeEach(async () => {
  folder = createTemporaryFolder()
  collector = await startCollector()
  grpc = await startGrpcCollector()
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((pipeline) => pipeline.close()))
  await collector.close()
  await grpc.close()
  folder.remove()
})

interface Rig {
  readonly pipeline: ExportPipeline
  /** Runs a task to its end, or leaves it open. */
  task(id: string, open?: 'open'): void
}

function rig(options: Partial<ExportPipelineOptions> = {}): Rig {
  const registry = createRegistry()
  const pipeline = createExportPipeline({
    clock: systemClock,
    timers: systemTimers,
    version: '1.0.0',
    env: {},
    traceOf: () => undefined,
    ...options,
  })
  opened.push(pipeline)
  registry.observe(pipeline.observer)
  registry.observe(pipeline.metrics)
  const emit = createEmit(source, systemClock, (event: TaskEvent) => registry.apply(event))
  let tasks = 0
  return {
    pipeline,
    task(id, open) {
      tasks += 1
      const spanId = `${process.hrtime.bigint().toString(16).slice(-8)}${tasks.toString(16).padStart(8, '0')}`
      emit(created(id, { trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId } }))
      emit(transition(id, 'pending', 'running'))
      if (open === undefined) emit(transition(id, 'running', 'completed', { outcome: done }))
    },
  }
}

function received(name: string): Promise<unknown> {
  return vi.waitFor(() => expect(collector.spans().map((span) => span.name)).toContain(name), { timeout: 10_000 })
}

it('sends to every destination, each in its own way, and knows the health of each', async () => {
  const { pipeline, task } = rig({ queueFolder: join(folder.path, 'queue') })
  const file = join(folder.path, 'spans.jsonl')
  const gone = await startCollector()
  await gone.close()
  const configured = pipeline.configure({
    endpoint: collector.base,
    headers: {},
    compression: 'gzip',
    also: [
      { endpoint: grpc.base, headers: {}, protocol: 'grpc' },
      { endpoint: file, headers: {}, protocol: 'file' },
      { endpoint: gone.base, headers: {} },
    ],
    redact: ['taskscope.task.id'],
  })
  expect(configured.ok).toBe(true)
  task('a')
  await vi.waitFor(
    () => {
      const health = pipeline.destinations()
      expect(health.map(({ light }) => light)).toEqual(['ok', 'ok', 'ok', 'failing'])
      expect(health[3]?.queued).toBe(health[0]?.sent)
      expect(health[3]?.lastError).toMatch(/nothing listens/)
    },
    { timeout: 10_000 },
  )
  const spans = collector.spans()
  expect(spans.map(({ name }) => name)).toContain('task a')
  expect(grpc.requests.flatMap((request) => request.spans)).toEqual(spans)
  expect(spans.every(({ attributes }) => attributes[names.taskId] === '[redacted]')).toBe(true)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.flatMap(decodeJsonSpans)).toHaveLength(spans.length)
  expect(pipeline.health()).toMatchObject({ light: 'failing', sent: 3 * spans.length, queued: spans.length })
  expect(readdirSync(join(folder.path, 'queue')).filter((name) => name.startsWith('127.0.0.1'))).toHaveLength(3)
}, 20_000)

it('a destination keeps its queue when settings change, and another one does not get what waits there', async () => {
  const { pipeline, task } = rig({ queueFolder: folder.path })
  collector.behave((response) => response.writeHead(503).end())
  pipeline.configure({ endpoint: collector.base, headers: {} })
  task('a')
  await vi.waitFor(() => expect(pipeline.health().light).toBe('failing'), { timeout: 5000 })
  collector.behave((response) => response.writeHead(200).end())
  pipeline.configure({ endpoint: collector.base, headers: { 'x-token': 'right' } })
  task('b')
  await received('task b')
  await received('task a')
  expect(collector.requests.at(-1)?.headers['x-token']).toBe('right')
}, 20_000)

it('what was not delivered goes after a restart; what was open ends as interrupted', async () => {
  const first = rig({ queueFolder: folder.path })
  collector.behave((response) => response.writeHead(503).end())
  first.pipeline.configure({ endpoint: collector.base, headers: {} })
  first.task('ended')
  first.task('open', 'open')
  await vi.waitFor(() => expect(first.pipeline.health().light).toBe('failing'), { timeout: 5000 })
  await first.pipeline.close()

  collector.behave((response) => response.writeHead(200).end())
  const second = rig({ queueFolder: folder.path })
  second.pipeline.configure({ endpoint: collector.base, headers: {} })
  expect(second.pipeline.health().interrupted).toBe(1)
  await received('task ended')
  await received('task open')
  const open = collector.spans().find(({ name, attributes }) => name === 'task open' && attributes[names.interrupted])
  expect(open?.status).toEqual({ code: 'error', message: 'Taskscope ended before the task did' })
}, 20_000)

it('sends nothing while a header waits for its value, and keeps the spans', async () => {
  const { pipeline, task } = rig({ queueFolder: folder.path })
  pipeline.configure({ endpoint: collector.base, headers: { 'x-token': '' } })
  task('a')
  expect(pipeline.health()).toMatchObject({
    light: 'waiting',
    problem: 'enter these headers again: x-token',
    sent: 0,
  })
  pipeline.configure({ endpoint: collector.base, headers: { 'x-token': 'now' } })
  await received('task a')
  expect(collector.requests.every(({ headers }) => headers['x-token'] === 'now')).toBe(true)
}, 20_000)

it('says that spans wait in memory when another process has the queue', () => {
  const one = rig({ queueFolder: folder.path })
  const two = rig({ queueFolder: folder.path })
  one.pipeline.configure({ endpoint: collector.base, headers: {} })
  two.pipeline.configure({ endpoint: collector.base, headers: {} })
  expect(one.pipeline.health()).toMatchObject({ place: 'disk' })
  expect(two.pipeline.health()).toMatchObject({ place: 'memory', problem: expect.stringMatching(/in use/) })
})

it('exports metrics of tasks and of itself when wanted', async () => {
  const env = { OTEL_METRIC_EXPORT_INTERVAL: '50' }
  const self = () => ({
    applied: 5,
    lost: 0,
    folded: 2,
    openSpans: 1,
    cpuShare: 0.25,
    cpuMs: 1200,
    memoryBytes: 80e6,
    rowsWaiting: 3,
    slowFrames: { count: 4, longestMs: 120 },
  })
  const { pipeline, task } = rig({ env, self })
  pipeline.configure({ endpoint: grpc.base, headers: {}, protocol: 'grpc', metrics: true })
  task('a')
  await vi.waitFor(() => expect(grpc.requests.some(({ metrics }) => metrics.length > 0)).toBe(true), { timeout: 5000 })
  expect(grpc.requests.flatMap(({ metrics }) => metrics)).toEqual(
    expect.arrayContaining(['taskscope.task.duration', 'taskscope.samples.folded', 'taskscope.export.queued']),
  )
  expect(pipeline.summary()).toMatchObject({
    tasks: [{ id: 'taskscope.task.duration', count: 1 }, { id: 'taskscope.task.time_in_state pending' }, {}],
    self: expect.arrayContaining([
      expect.objectContaining({ id: 'taskscope.window.slow_frames', value: 4, unit: '{frame}' }),
      expect.objectContaining({ id: 'process.cpu.time', value: 1.2, unit: 's' }),
      expect.objectContaining({ id: 'taskscope.export.queued' }),
    ]),
  })
}, 20_000)

it('refuses a further destination that is not understood', () => {
  const { pipeline } = rig()
  const answer = pipeline.configure({
    endpoint: collector.base,
    headers: {},
    also: [{ endpoint: 'spans.jsonl', headers: {}, protocol: 'file' }],
  })
  expect(answer).toEqual({ ok: false, error: 'the endpoint in the settings is not an absolute path' })
})

it('keeps what the person chose while a variable decides the endpoint, and takes everything else', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.base }
  const { pipeline } = rig({ env })
  const own = { endpoint: 'http://127.0.0.1:1', headers: { 'x-own': 'a' } }
  pipeline.configure(own)
  const shown = pipeline.settings()
  expect(shown).toMatchObject({ endpoint: `${collector.base}/v1/traces` })
  const also = [{ endpoint: grpc.base, headers: {}, protocol: 'grpc' as const }]
  // As the window saves what it shows.
  expect(pipeline.configure({ endpoint: shown.endpoint, headers: shown.headers, also, redact: ['*.token'] }).ok).toBe(
    true,
  )
  expect(pipeline.chosen()).toMatchObject({ ...own, also, redact: ['*.token'] })
  expect(pipeline.destinations().map(({ endpoint }) => endpoint)).toEqual([shown.endpoint, grpc.base])
})

it('shows what variables decide, and keeps what the person chose', () => {
  const env = {
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
  }
  const { pipeline } = rig({ env })
  const own = { endpoint: collector.base, headers: {}, protocol: 'grpc', compression: 'none', metrics: true } as const
  pipeline.configure(own)
  const shown = pipeline.settings()
  expect(shown).toMatchObject({
    endpoint: collector.base,
    protocol: 'http/json',
    compression: 'gzip',
    metrics: false,
    decided: {
      protocol: 'OTEL_EXPORTER_OTLP_PROTOCOL',
      compression: 'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
      metrics: 'OTEL_METRICS_EXPORTER',
    },
  })
  const { endpoint, headers, protocol, compression, metrics } = shown
  pipeline.configure({ endpoint, headers, protocol, compression, metrics, redact: ['*.token'] })
  expect(pipeline.chosen()).toMatchObject({ ...own, redact: ['*.token'] })
})

it('asks for no header again where a variable decides where spans go', () => {
  const own = { endpoint: 'http://127.0.0.1:1', headers: { 'x-token': '' } }
  const { pipeline } = rig({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.base } })
  pipeline.configure(own)
  expect(pipeline.missingHeaders()).toEqual([])
  const { pipeline: alone } = rig()
  alone.configure({ ...own, also: [{ endpoint: 'http://127.0.0.1:2', headers: { 'x-token': '', b: '' } }] })
  expect(alone.missingHeaders()).toEqual(['x-token', 'b'])
})

it('says what is wrong with a variable', () => {
  const { pipeline } = rig({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.base, OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' } })
  expect(pipeline.health().problem).toMatch(/^OTEL_EXPORTER_OTLP_TIMEOUT is ignored/)
})
