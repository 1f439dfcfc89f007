/** The parts under test, put together as the application puts them together, inside one process. */
import { Worker } from 'node:worker_threads'
import { createFeedServer } from '../../core/feed/server.ts'
import type { TaskEvent } from '../../core/model/event.ts'
import { sourceId } from '../../core/model/identity.ts'
import { createControlRouter } from '../../core/registry/control-router.ts'
import { createRegistry, type Registry } from '../../core/registry/registry.ts'
import { createTaskRunner, type TaskRunner } from '../../core/runner/task-runner.ts'
import { systemClock, systemTimers } from '../../core/system/system-clock.ts'
import { createOtlpExporter } from '../../core/telemetry/otlp-exporter.ts'
import { createSpanObserver } from '../../core/telemetry/span-observer.ts'
import { portOf } from './message-port.ts'

export interface RigOptions {
  /** `none`: events go nowhere. */
  readonly registry: boolean
  readonly maxFinished?: number
  /** Lifecycle spans are made and queued; the collector never answers, so drops are counted. */
  readonly spans?: boolean
  /** A feed client in a thread of its own, as a window is in a process of its own. */
  readonly viewer?: boolean
}

export interface Rig {
  readonly runner: TaskRunner
  readonly registry: Registry | undefined
  readonly spans: () => { readonly queued: number; readonly dropped: number }
  close(): Promise<void>
}

export async function createRig(options: RigOptions): Promise<Rig> {
  const registry = options.registry
    ? createRegistry(options.maxFinished === undefined ? {} : { maxFinished: options.maxFinished })
    : undefined
  const source = sourceId('bench')
  const sink = registry === undefined ? discard : (event: TaskEvent) => void registry.apply(event)
  const runner = createTaskRunner({ source, sink })
  const exporter = createOtlpExporter({
    endpoint: options.spans === true ? 'http://127.0.0.1:4318/v1/traces' : '',
    headers: {},
    resource: {},
    clock: systemClock,
    timers: systemTimers,
    // A request under way for ever: what is measured is recording and queueing.
    fetch: (_url, init) =>
      new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
    timeoutMs: 600_000,
  })
  const observer = createSpanObserver({ sink: exporter, timers: systemTimers })
  if (options.spans === true) registry?.observe(observer)
  const viewer = options.viewer === true && registry !== undefined ? await openViewer(registry, runner) : undefined
  return {
    runner,
    registry,
    spans: () => exporter.health(),
    async close() {
      await runner.close('the benchmark is over')
      observer.close()
      await exporter.close(0)
      await viewer?.close()
    },
  }
}

async function openViewer(registry: Registry, runner: TaskRunner): Promise<{ close(): Promise<void> }> {
  const worker = new Worker(new URL('./window-worker.js', import.meta.url))
  const router = createControlRouter({
    registry,
    emit: () => undefined,
    clock: systemClock,
    timers: systemTimers,
  })
  const unregister = router.register(runner)
  const server = createFeedServer({
    registry,
    router,
    epoch: 'bench',
    timers: systemTimers,
    status: () => ({
      updatesPerSecond: 0,
      lost: 0,
      folded: 0,
      forgotten: 0,
      openSpans: 0,
      export: { light: 'off', sent: 0, queued: 0, dropped: 0 },
    }),
  })
  const { port1, port2 } = new MessageChannel()
  server.connect(portOf(port1))
  worker.postMessage({ feed: port2 }, [port2 as unknown as import('node:worker_threads').MessagePort])
  await new Promise<void>((resolve) => worker.once('message', () => resolve()))
  return {
    async close() {
      server.close()
      unregister()
      port1.close()
      await worker.terminate()
    },
  }
}

function discard(): void {
  // Bare: nobody watches.
}
