/**
 * How long it takes until all spans of a large trace are at hand in a window: through the feed in its parts, made into
 * a tree, its critical path found. Drawing is not in it; `test/renderer/preview/measure-trace.mjs` measures the window.
 */
import { MessageChannel } from 'node:worker_threads'
import { createFeedClient } from '../../../core/feed/client.ts'
import { createFeedServer } from '../../../core/feed/server.ts'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { createRegistry, type Registry } from '../../../core/registry/registry.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { criticalPath } from '../../../renderer/trace/critical-path.ts'
import { spanTree } from '../../../renderer/trace/span-tree.ts'
import { portOf } from '../message-port.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const rounds = 5

export interface TraceOpen {
  readonly spans: number
  /** From the wish to the last part of the trace, milliseconds; the best of some rounds. */
  readonly feedMs: number
  readonly treeMs: number
  readonly pathMs: number
}

export async function traceOpen(): Promise<readonly TraceOpen[]> {
  const results: TraceOpen[] = []
  for (const tasks of [2000, 20_000]) results.push(await openTrace(tasks))
  return results
}

async function openTrace(tasks: number): Promise<TraceOpen> {
  const registry = fullRegistry(tasks)
  const best = { spans: 0, feedMs: Infinity, treeMs: Infinity, pathMs: Infinity }
  for (let round = 0; round < rounds; round += 1) {
    const { trace, feedMs } = await throughFeed(registry)
    const begun = performance.now()
    const { nodes } = spanTree(trace)
    const made = performance.now()
    criticalPath(nodes, systemClock.now())
    best.spans = nodes.length
    best.feedMs = Math.min(best.feedMs, feedMs)
    best.treeMs = Math.min(best.treeMs, made - begun)
    best.pathMs = Math.min(best.pathMs, performance.now() - made)
  }
  return best
}

/** Every task is pending, runs, and has two spans of its code: five spans each, and one task more that is open. */
function fullRegistry(tasks: number): Registry {
  const registry = createRegistry()
  const emit = createEmit(sourceId('bench'), systemClock, (event) => registry.apply(event))
  for (let n = 0; n < tasks; n += 1) {
    const id = nodeId(`t${n}`)
    const spanId = hex(n + 1)
    const parent = n === 0 ? undefined : Math.floor((n - 1) / 4)
    const above = parent === undefined ? {} : { parentSpanId: hex(parent + 1) }
    const under = parent === undefined ? {} : { parent: nodeId(`t${parent}`) }
    emit({
      kind: 'task.created',
      id,
      node: 'task',
      name: 'task',
      attempt: 1,
      trace: { traceId, spanId, ...above },
      capabilities: {},
      ...under,
    })
    emit({ kind: 'task.state', id, from: 'pending', to: 'running' })
    const at = systemClock.now()
    for (const part of [1, 2]) {
      const span = { traceId, spanId: hex(n * 2 + part + 1_000_000), parentSpanId: spanId, name: 'GET /' }
      const facts = { kind: 'client', start: at, end: at + part, events: [], links: [] } as const
      const attributes = { 'http.request.method': 'GET', 'url.path': '/' }
      emit({ kind: 'span.ended', task: id, span: { ...span, ...facts, attributes, status: { code: 'unset' } } })
    }
  }
  return registry
}

async function throughFeed(registry: Registry) {
  const server = createFeedServer({
    registry,
    router: { control: () => undefined },
    status: () => ({
      updatesPerSecond: 0,
      lost: 0,
      folded: 0,
      forgotten: 0,
      openSpans: 0,
      export: { light: 'off', sent: 0, queued: 0, dropped: 0 },
    }),
    epoch: 'bench',
    timers: systemTimers,
  })
  const { port1, port2 } = new MessageChannel()
  server.connect(portOf(port1 as unknown as MessagePort))
  const client = createFeedClient({
    port: portOf(port2 as unknown as MessagePort),
    scheduler: { frame: (callback) => systemTimers.after(16, callback) },
    timers: systemTimers,
  })
  await new Promise<void>((resolve) => {
    client.onState(({ state }) => {
      if (state === 'live') resolve()
    })
  })
  const begun = performance.now()
  client.watch({ trace: traceId })
  const trace = await new Promise<NonNullable<typeof client.trace>>((resolve) => {
    client.onTrace((news) => {
      if (!news.loading) resolve(news)
    })
  })
  const feedMs = performance.now() - begun
  client.close()
  server.close()
  port1.close()
  return { trace, feedMs }
}

function hex(n: number): string {
  return n.toString(16).padStart(16, '0')
}
