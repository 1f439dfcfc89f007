/**
 * The whole way of an update: a task in a real host process says how far it is, the host's watchdog sends it to the
 * main process, the registry applies it, the feed carries it to a viewer in another thread, which applies it in a frame.
 */
import { fileURLToPath } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import { controlId, nodeId, nodeKey } from '../../../core/model/identity.ts'
import { createNodeSpawner } from '../../../core/runner/host/node-spawner.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { createWorkspace } from '../../../core/workspace/workspace.ts'
import { portOf } from '../message-port.ts'
import { type Latency, latency } from '../statistics.ts'

const updatesPerSecond = 20_000
const rounds = 5
const roundMs = 2000

export interface FeedLatency {
  readonly hostToViewer: Latency
  readonly updatesPerSecond: { readonly wanted: number; readonly applied: number }
  readonly lost: number
}

export async function feedLatency(): Promise<FeedLatency> {
  const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
  const workspace = createWorkspace({
    clock: systemClock,
    timers: systemTimers,
    spawner: createNodeSpawner(),
    entries: {
      host: beside('host.js'),
      watchdog: beside('watchdog.js'),
      thread: beside('thread.js'),
      process: beside('process.js'),
      library: beside('taskscope.js'),
    },
    version: 'bench',
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    epoch: 'bench',
  })
  const window = new Worker(new URL('window-worker.js', import.meta.url))
  const { port1, port2 } = new MessageChannel()
  workspace.feed.connect(portOf(port1 as unknown as MessagePort))
  window.postMessage({ feed: port2 }, [port2])
  await answer(window)

  const module = process.env.TASKSCOPE_BENCH_MODULE ?? ''
  const opened = await workspace.openModule(module)
  if (!opened.ok) throw new Error(`${opened.error} ${opened.detail ?? ''}`)
  workspace.router.control({
    id: controlId('start'),
    target: nodeKey(opened.value.source, nodeId('host')),
    by: { kind: 'program', name: 'bench' },
    requestedAt: systemClock.now(),
    command: { verb: 'start', offer: 'reporters', input: { updatesPerSecond } },
  })
  await pause(2000)

  const samples: Float64Array[] = []
  let applied = 0
  for (let round = 0; round < rounds; round++) {
    const before = workspace.registry.counters().applied
    const begun = performance.now()
    window.postMessage({ command: 'measure' })
    await pause(roundMs)
    window.postMessage({ command: 'report' })
    samples.push((await answer<{ readonly ages: Float64Array }>(window)).ages)
    applied += (workspace.registry.counters().applied - before) / ((performance.now() - begun) / 1000) / rounds
  }
  const { lost } = workspace.registry.counters()
  await workspace.close()
  port1.close()
  await window.terminate()
  return {
    hostToViewer: latency('ms', samples),
    updatesPerSecond: { wanted: updatesPerSecond, applied: Math.round(applied) },
    lost,
  }
}

function answer<Message>(worker: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => systemTimers.after(ms, resolve))
}
