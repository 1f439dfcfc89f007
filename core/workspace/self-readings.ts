/** What this program can say of itself at any moment: its counts, and what it costs. */
import type { FeedServer } from '../feed/server.ts'
import type { Registry } from '../registry/registry.ts'
import type { SelfReadings } from '../telemetry/self-metrics.ts'
import { createCpuShare } from './cpu-share.ts'

export interface SelfReadingsOptions {
  readonly registry: Registry
  readonly openSpans: () => number
  readonly viewers: () => Pick<FeedServer, 'rowsWaiting' | 'slowFrames'>
}

export function createSelfReadings({ registry, openSpans, viewers }: SelfReadingsOptions): () => SelfReadings {
  const cpuShare = createCpuShare(() => performance.now(), cpuMs)
  return () => {
    const { applied, lost, folded } = registry.counters()
    const { rowsWaiting, slowFrames } = viewers()
    return {
      applied,
      lost,
      folded,
      openSpans: openSpans(),
      cpuShare: cpuShare(),
      cpuMs: cpuMs(),
      memoryBytes: process.memoryUsage.rss(),
      rowsWaiting,
      slowFrames,
    }
  }
}

/** Processor time of this process so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
