/**
 * 100 000 spans to a local endpoint in another thread, over HTTP, with the memory that it took: out of a queue in memory
 * and out of one on disk; and what a span costs the one who hands it in, its share of the write among it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { SpanData } from '../../../core/model/span.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { openDiskQueue } from '../../../core/telemetry/disk-queue.ts'
import { createOtlpExporter } from '../../../core/telemetry/otlp-exporter.ts'
import type { SpanQueue } from '../../../core/telemetry/span-queue.ts'
import { median, rounded } from '../statistics.ts'

const spans = 100_000
const rounds = 3
/** Transitions of a busy second, two spans each, one turn of the event loop apart. */
const turns = 1000

export interface ExportSpeed {
  readonly spans: number
  readonly seconds: number
  readonly dropped: number
  readonly rssGrowthMb: number
}

export interface QueueCost {
  /** Microseconds of this thread per span when each turn of the event loop hands in two. */
  readonly oneTurnEachUs: number
  /** Microseconds of this thread per span when a turn hands in a hundred. */
  readonly inBatchesUs: number
}

export function exportSpans(): Promise<ExportSpeed> {
  return measure(() => undefined)
}

export async function exportFromDisk(): Promise<ExportSpeed> {
  const folder = mkdtempSync(join(tmpdir(), 'taskscope-bench-'))
  let round = 0
  try {
    return await measure(() => {
      round += 1
      return openDiskQueue({ folder: join(folder, String(round)), clock: systemClock })
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function diskQueueCost(): Promise<QueueCost> {
  const folder = mkdtempSync(join(tmpdir(), 'taskscope-bench-'))
  try {
    const cost = async (perTurn: number, name: string) => {
      const queue = openDiskQueue({ folder: join(folder, name), clock: systemClock })
      if (queue === undefined) throw new Error('the folder of the benchmark is taken')
      const took: number[] = []
      for (let turn = 0; turn < turns; turn++) {
        const begun = performance.now()
        for (let n = 0; n < perTurn; n++) queue.push(span(turn * perTurn + n))
        // Microtasks, and so the write, run before this continues.
        await Promise.resolve()
        took.push(performance.now() - begun)
        if (turn % 50 === 0) await new Promise(setImmediate)
      }
      queue.close()
      return rounded((took.reduce((sum, ms) => sum + ms, 0) * 1000) / (turns * perTurn))
    }
    await cost(2, 'warm')
    return { oneTurnEachUs: await cost(2, 'turns'), inBatchesUs: await cost(100, 'batches') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(queueOf: () => SpanQueue | undefined): Promise<ExportSpeed> {
  const collector = new Worker(new URL('./collector-worker.js', import.meta.url))
  const port = await new Promise<number>((resolve) => collector.once('message', resolve))
  const took: number[] = []
  let dropped = 0
  let rss = 0
  for (let round = 0; round <= rounds; round++) {
    const queue = queueOf()
    const exporter = createOtlpExporter({
      endpoint: `http://127.0.0.1:${port}/v1/traces`,
      headers: {},
      resource: { 'service.name': 'bench' },
      clock: systemClock,
      timers: systemTimers,
      ...(queue !== undefined && { queue }),
    })
    if (round === 1) rss = process.memoryUsage().rss
    const begun = performance.now()
    for (let n = 0; n < spans; n++) {
      exporter.accept(span(n))
      if (n % 5000 === 0) while (exporter.health().queued > 10_000) await new Promise(setImmediate)
    }
    await exporter.flush()
    if (round > 0) took.push((performance.now() - begun) / 1000)
    dropped += exporter.health().dropped
    await exporter.close()
  }
  const grown = (process.memoryUsage().rss - rss) / 2 ** 20
  await collector.terminate()
  return { spans, seconds: rounded(median(took)), dropped, rssGrowthMb: Math.round(grown) }
}

function span(n: number): SpanData {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: (n + 1).toString(16).padStart(16, '0'),
    parentSpanId: 'ffffffffffffffff',
    name: 'task.running',
    kind: 'internal',
    start: 1_700_000_000_000 + n,
    end: 1_700_000_000_001 + n,
    status: { code: 'unset' },
    attributes: {
      'taskscope.task.id': String(n),
      'taskscope.state': 'running',
      'taskscope.transition.to': 'completed',
    },
    events: [{ name: 'taskscope.checkpoint', at: 1_700_000_000_000 + n, attributes: { label: 'page' } }],
    links: [],
  }
}
