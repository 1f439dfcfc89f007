/** From a task function in a real host process to a real collector, through everything that is between them. */
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { controlId, nodeId, nodeKey, type SourceId } from '../../../core/model/identity.ts'
import { isTaskRow, type TaskRow } from '../../../core/model/row.ts'
import { systemClock } from '../../../core/system/system-clock.ts'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { type BuiltEntries, buildEntries, patientTest } from '../runner/host/built-entries.ts'
import { createProject, type TemporaryProject } from '../runner/module/temporary-project.ts'
import { plainWorkspace } from '../workspace/plain-workspace.ts'
import { type Collector, type ReceivedSpan, startCollector } from './collector.ts'
import { onlySpan } from './span-scene.ts'

// The module's own copy of the API, as it would come from its own node_modules.
const api = fileURLToPath(import.meta.resolve('@opentelemetry/api'))

const moduleText = `
import { trace } from ${JSON.stringify(api)}
import { defineTask } from 'taskscope'
export const crawl = defineTask({
  name: 'crawl',
  run: async (ctx) => {
    await Promise.all([ctx.spawn(fetchPage, undefined, { id: 'one' }), ctx.spawn(fetchPage, undefined, { id: 'two' })])
  },
})
const fetchPage = defineTask({
  name: 'fetch-page',
  run: async (ctx) => {
    await ctx.sleep(5)
    trace.getTracer('shop').startActiveSpan('parse ' + ctx.id, (span) => span.end())
  },
})
export const forever = defineTask({ name: 'forever', run: () => new Promise(() => undefined) })
`

/** A module's spans are dated by the wall clock, tasks by a steady one that began with it: the two drift apart. */
const clockApartMs = 1000

let built: BuiltEntries
let collector: Collector
let workspace: Workspace
let project: TemporaryProject
let source: SourceId

beforeAll(async () => {
  built = await buildEntries()
}, patientTest.timeout)

afterAll(() => built.remove())

beforeEach(async () => {
  collector = await startCollector()
  workspace = plainWorkspace({
    entries: built.entries,
    version: '1.0.0',
    env: { PATH: process.env.PATH ?? '', OTEL_EXPORTER_OTLP_ENDPOINT: collector.base },
  })
  project = await createProject({ 'tasks.ts': moduleText })
  const opened = await workspace.openModule(project.path('tasks.ts'))
  if (!opened.ok) throw new Error(`${opened.error}\n${opened.detail ?? ''}`)
  source = opened.value.source
}, patientTest.timeout)

afterEach(async () => {
  await workspace.close()
  await collector.close()
  await project.remove()
})

function start(offer: string): void {
  workspace.router.control({
    id: controlId(`start ${offer}`),
    target: nodeKey(source, nodeId('host')),
    by: { kind: 'person' },
    requestedAt: systemClock.now(),
    command: { verb: 'start', offer, input: undefined },
  })
}

function task(name: string): TaskRow | undefined {
  for (const row of workspace.registry.rows()) if (isTaskRow(row) && row.name === name) return row
  return undefined
}

/** Waits until the collector has such a span. */
function received(wanted: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
  return vi.waitFor(() => collector.spans().find(wanted) ?? expect.fail('no such span yet'), {
    timeout: 20_000,
    interval: 20,
  })
}

function isPending(span: ReceivedSpan): boolean {
  return span.attributes[names.pending] === true
}

it(
  'a task with two children, and the spans that they make themselves, form one trace',
  async () => {
    start('crawl')
    // Its own span is the last: children end before it.
    const crawl = await received((span) => span.name === 'task crawl' && !isPending(span))
    const spans = collector.spans().filter((span) => !isPending(span))
    expect(crawl).toMatchObject({ spanId: task('crawl')?.trace?.spanId, parentSpanId: '', status: { code: 'ok' } })
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([crawl.traceId]))

    for (const id of ['one', 'two']) {
      const child = spans.find((span) => span.name === 'task fetch-page' && span.attributes[names.taskId] === id)
      expect(child).toMatchObject({ parentSpanId: crawl.spanId, status: { code: 'ok' } })
      const parse = onlySpan(spans, `parse ${id}`)
      expect(parse).toMatchObject({ parentSpanId: child?.spanId, scope: 'shop' })
      expect(parse.start).toBeGreaterThanOrEqual((child?.start ?? Number.POSITIVE_INFINITY) - clockApartMs)
    }
  },
  patientTest.timeout,
)

it(
  'kill -9 of a host loses no lifecycle span, and the open task was visible before',
  async () => {
    start('forever')
    const pending = await received(isPending)
    const trace = task('forever')?.trace
    expect(pending).toMatchObject({
      name: 'task forever',
      traceId: trace?.traceId,
      parentSpanId: trace?.spanId,
      attributes: { [names.state]: 'running' },
    })

    const host = workspace.registry.row(nodeKey(source, nodeId('host')))
    const pid = host !== undefined && 'facts' in host ? host.facts.pid : undefined
    process.kill(Number(pid), 'SIGKILL')

    const whole = await received((span) => span.name === 'task forever' && !isPending(span))
    expect(whole).toMatchObject({
      spanId: trace?.spanId,
      status: { code: 'error' },
      attributes: { [names.outcome]: 'failed', [names.failure]: 'exit' },
    })
    expect(onlySpan(collector.spans(), 'task.running')).toMatchObject({
      parentSpanId: trace?.spanId,
      attributes: { [names.to]: 'failed' },
      end: whole.end,
    })
  },
  patientTest.timeout,
)
