/**
 * What lifecycle spans cost the main thread while 1000 transitions a second happen and a window is attached: the whole
 * export with its queue on disk and a collector in another thread, against the same without a destination.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createFeedServer } from '../../../core/feed/server.ts'
import type { TaskEvent } from '../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import type { LifecycleState } from '../../../core/model/lifecycle.ts'
import { createEmit, type Emit } from '../../../core/model/stamp.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { createExportPipeline } from '../../../core/workspace/export-pipeline.ts'
import { mainThreadTime } from '../main-thread-time.ts'
import { portOf } from '../message-port.ts'
import { median, rounded } from '../statistics.ts'

const transitionsPerSecond = 1000
/** Hosts send what happened in batches of about this length. */
const batchMs = 16
const roundMs = 2000
const rounds = 10
/** How often a round looks whether everything it made has been sent. */
const drainMs = 100

export interface SpanLoad {
  readonly transitionsPerSecond: number
  readonly measuredBy: string
  /**
   * Shares of one processor, in percent: medians over rounds that take turns, and the range of their differences. `idle`
   * is what the rig takes with nothing to do; it is a part of the next two, and so of neither of the last.
   */
  readonly idle: number
  readonly withoutSpans: number
  readonly withSpans: number
  readonly spansAlone: number
  readonly spansAloneRange: readonly [number, number]
}

export async function spanLoad(): Promise<SpanLoad> {
  const collector = new Worker(new URL('./collector-worker.js', import.meta.url))
  const port = await new Promise<number>((resolve) => collector.once('message', resolve))
  const window = new Worker(new URL('./window-worker.js', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'taskscope-bench-'))
  const registry = createRegistry({ maxFinished: 5000 })
  const pipeline = createExportPipeline({
    clock: systemClock,
    timers: systemTimers,
    version: 'bench',
    env: {},
    traceOf: () => undefined,
    queueFolder: folder,
  })
  pipeline.configure({ endpoint: `http://127.0.0.1:${port}`, headers: {} })
  registry.observe(pipeline.metrics)
  const server = createFeedServer({
    registry,
    router: { control: () => undefined },
    epoch: 'bench',
    timers: systemTimers,
    status: () => ({
      updatesPerSecond: 0,
      lost: 0,
      folded: 0,
      forgotten: 0,
      openSpans: pipeline.openSpans(),
      export: pipeline.health(),
    }),
  })
  const { port1, port2 } = new MessageChannel()
  server.connect(portOf(port1))
  window.postMessage({ feed: port2 }, [port2 as unknown as import('node:worker_threads').MessagePort])
  await new Promise<void>((resolve) => window.once('message', () => resolve()))

  const emit = createEmit(sourceId('bench'), systemClock, (event: TaskEvent) => void registry.apply(event))
  const work = endlessWork(emit)
  const time = mainThreadTime()
  const round = async (spans: boolean, perSecond = transitionsPerSecond): Promise<number> => {
    const stop = spans ? registry.observe(pipeline.observer) : undefined
    const before = time.read()
    const begun = performance.now()
    let done = 0
    while (performance.now() - begun < roundMs) {
      const due = Math.floor(((performance.now() - begun) * perSecond) / 1000)
      for (; done < due; done++) work()
      await new Promise((resolve) => systemTimers.after(batchMs, () => resolve(undefined)))
    }
    const took = performance.now() - begun
    stop?.()
    // What still waits is this round's cost, and would else be the next one's.
    while (pipeline.health().queued > 0)
      await new Promise((resolve) => systemTimers.after(drainMs, () => resolve(undefined)))
    return ((time.read() - before) * 100) / took
  }
  await round(true)
  await round(false)
  const idle: number[] = []
  const bare: number[] = []
  const full: number[] = []
  for (let n = 0; n < rounds; n++) {
    if (n % 3 === 0) idle.push(await round(false, 0))
    bare.push(await round(false))
    full.push(await round(true))
  }
  const alone = full.map((share, n) => share - (bare[n] ?? 0))
  server.close()
  port1.close()
  await pipeline.close()
  await Promise.all([window.terminate(), collector.terminate()])
  rmSync(folder, { recursive: true, force: true })
  return {
    transitionsPerSecond,
    measuredBy: time.by,
    idle: rounded(median(idle)),
    withoutSpans: rounded(median(bare)),
    withSpans: rounded(median(full)),
    spansAlone: rounded(median(alone)),
    spansAloneRange: [rounded(Math.min(...alone)), rounded(Math.max(...alone))],
  }
}

/** One transition per call: tasks that run, are held, run again and complete, one after the other. */
function endlessWork(emit: Emit): () => void {
  const path: readonly LifecycleState[] = ['pending', 'running', 'suspended', 'running', 'completed']
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  let tasks = 0
  let step = 0
  return () => {
    const id = nodeId(`t${tasks}`)
    if (step === 0) {
      const trace = { traceId, spanId: (tasks + 1).toString(16).padStart(16, '0') }
      emit({ kind: 'task.created', id, node: 'task', name: 'work', attempt: 1, trace, capabilities: {} })
    }
    const from = path[step] ?? 'pending'
    const to = path[step + 1] ?? 'completed'
    const by = { kind: 'person' } as const
    const value = { format: 'json', text: '1', size: 1, truncated: false } as const
    const outcome = { status: 'completed', value } as const
    emit({
      kind: 'task.state',
      id,
      from,
      to,
      ...(to === 'suspended' && { by }),
      ...(to === 'completed' && { outcome }),
    })
    step += 1
    if (to !== 'completed') return
    step = 0
    tasks += 1
  }
}
