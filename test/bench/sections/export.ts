/** 100 000 spans to a local endpoint in another thread, over HTTP, with the memory that it took. */
import { Worker } from 'node:worker_threads'
import type { SpanData } from '../../../core/model/span.ts'
import { systemClock, systemTimers } from '../../../core/runner/system-clock.ts'
import { createOtlpExporter } from '../../../core/telemetry/otlp-exporter.ts'
import { median, rounded } from '../statistics.ts'

const spans = 100_000
const rounds = 3

export interface ExportSpeed {
  readonly spans: number
  readonly seconds: number
  readonly dropped: number
  readonly rssGrowthMb: number
}

export async function exportSpans(): Promise<ExportSpeed> {
  const collector = new Worker(new URL('./collector-worker.js', import.meta.url))
  const port = await new Promise<number>((resolve) => collector.once('message', resolve))
  const took: number[] = []
  let dropped = 0
  let rss = 0
  for (let round = 0; round <= rounds; round++) {
    const exporter = createOtlpExporter({
      endpoint: `http://127.0.0.1:${port}/v1/traces`,
      headers: {},
      resource: { 'service.name': 'bench' },
      clock: systemClock,
      timers: systemTimers,
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
