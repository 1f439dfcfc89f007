/** Spans of tasks' code before they end: for the collector, for the ledger, and when their process is gone. */
import { expect, it } from 'vitest'
import { nodeId } from '../../../core/model/identity.ts'
import type { OpenSpanData } from '../../../core/model/span.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import { interruptedSpan } from '../../../core/telemetry/lifecycle-spans.ts'
import type { BegunSpan } from '../../../core/telemetry/open-ledger.ts'
import { createSpanObserver } from '../../../core/telemetry/span-observer.ts'
import { failure, keyOf } from '../registry/scene.ts'
import { createSpanScene, traceId } from './span-scene.ts'

function fetching(scene: ReturnType<typeof createSpanScene>): OpenSpanData {
  const { spanId } = scene.create('a')
  scene.move('a', 'pending', 'running')
  const span: OpenSpanData = {
    traceId,
    spanId: '00000000000000aa',
    parentSpanId: spanId,
    name: 'fetch page',
    kind: 'client',
    start: scene.time.now() - 100,
    status: { code: 'unset' },
    attributes: { page: 3 },
    events: [],
    links: [],
    scope: { name: 'user-code' },
  }
  scene.emit({ kind: 'span.started', task: nodeId('a'), span })
  return span
}

function named(scene: ReturnType<typeof createSpanScene>) {
  return scene.spans.filter(({ name }) => name === 'fetch page')
}

it('a span that is open for a second has a record under an id of its own, then its end, each id once', async () => {
  const scene = createSpanScene()
  const open = fetching(scene)
  expect(scene.registry.traceTask(keyOf('a'))?.open).toEqual([open])
  await scene.time.advance(1000)
  const [record, ...others] = named(scene)
  expect(others).toEqual([])
  expect(record).toMatchObject({
    parentSpanId: open.spanId,
    start: open.start,
    end: open.start,
    attributes: { page: 3, [names.pending]: true },
  })
  scene.emit({ kind: 'span.ended', task: nodeId('a'), span: { ...open, end: scene.time.now() } })
  expect(scene.registry.traceTask(keyOf('a'))).not.toHaveProperty('open')
  expect(named(scene).map(({ spanId }) => spanId)).toEqual([record?.spanId, open.spanId])
})

it('a span that ends sooner has no record', async () => {
  const scene = createSpanScene()
  const open = fetching(scene)
  scene.emit({ kind: 'span.ended', task: nodeId('a'), span: { ...open, end: scene.time.now() } })
  await scene.time.advance(5000)
  expect(named(scene)).toHaveLength(1)
})

it('the process of a task is gone: what its code had open ends as interrupted, on screen as for the collector', () => {
  const scene = createSpanScene()
  const open = fetching(scene)
  scene.move('a', 'running', 'failed', { outcome: failure('exit', 'host was ended by SIGKILL') })
  const [span] = named(scene)
  expect(span).toMatchObject({
    spanId: open.spanId,
    end: scene.time.now(),
    status: { code: 'error', message: 'its process ended before the span did' },
    attributes: { page: 3, [names.interrupted]: true },
  })
  const task = scene.registry.traceTask(keyOf('a'))
  expect(task).not.toHaveProperty('open')
  expect(task?.spans.items).toEqual([span])
})

it('is in the ledger from its start to its end, so that a crash of the application leaves word of it', () => {
  const begun: BegunSpan[] = []
  const ended: string[] = []
  const registry = createRegistry()
  registry.observe(
    createSpanObserver({
      sink: { accept: () => undefined },
      ledger: { begun: (_spanId, make) => begun.push(make()), ended: (spanId) => ended.push(spanId) },
    }),
  )
  const scene = createSpanScene()
  const open = fetching(scene)
  for (const event of scene.events) registry.apply(event)
  const word = begun.find(({ spanId }) => spanId === open.spanId) ?? expect.fail('nothing was written down')
  expect(word).toMatchObject({ name: 'fetch page', start: open.start, attributes: { page: 3 } })
  expect(interruptedSpan(word, open.start + 50)).toMatchObject({
    end: open.start + 50,
    status: { code: 'error', message: 'Taskscope ended before the span did' },
    attributes: { page: 3, [names.interrupted]: true },
  })
  scene.emit({ kind: 'span.ended', task: nodeId('a'), span: { ...open, end: open.start + 60 } })
  const last = scene.events.at(-1)
  if (last !== undefined) registry.apply(last)
  expect(ended).toContain(open.spanId)
})
