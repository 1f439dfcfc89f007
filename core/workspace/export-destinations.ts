/**
 * The destinations that spans go to, each with a queue and an exporter of its own. When settings change, a destination
 * that stays keeps its queue, with what waits in it.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Clock, Timers } from '../model/clock.ts'
import type { ExportHealth } from '../model/export-health.ts'
import type { Attributes, SpanData } from '../model/span.ts'
import { type DiskQueue, openDiskQueue } from '../telemetry/disk-queue.ts'
import type { ResolvedDestination } from '../telemetry/export-settings.ts'
import { createMemoryQueue } from '../telemetry/memory-queue.ts'
import type { Metric } from '../telemetry/metric.ts'
import { createMetricStore, type MetricStore } from '../telemetry/metric-store.ts'
import { createOtlpExporter, type OtlpExporter } from '../telemetry/otlp-exporter.ts'
import type { SpanQueue } from '../telemetry/span-queue.ts'
import type { LaterSpan } from '../telemetry/span-sink.ts'

export interface ExportDestinationsOptions {
  readonly clock: Clock
  readonly timers: Timers
  /** Where queues live that outlive the process; without it they are in memory. */
  readonly folder: string | undefined
}

export interface ExportDestinations {
  readonly count: number
  accept(span: SpanData): void
  /** As `accept`, where a span need not be made to be kept. */
  acceptLater(span: LaterSpan): void
  /** @param since when counting began, milliseconds since the epoch. */
  report(metrics: readonly Metric[], since: number): void
  /** Sends to these from now on. */
  change(to: readonly ResolvedDestination[], resource: Attributes): void
  /** Brings every queue to disk. */
  write(): void
  /** Ids of the spans that wait on disk. */
  waitingIds(): ReadonlySet<string>
  health(): readonly ExportHealth[]
  close(): Promise<void>
}

interface Destination {
  readonly key: string
  readonly queue: SpanQueue | DiskQueue
  readonly metricStore: MetricStore
  readonly exporter: OtlpExporter
  readonly problem: string | undefined
}

/** Spans that wait in memory where there is no disk. */
const maxInMemory = 20_000

export function createExportDestinations({ clock, timers, folder }: ExportDestinationsOptions): ExportDestinations {
  let destinations: readonly Destination[] = []
  const leaving = new Set<Promise<void>>()

  function open(to: ResolvedDestination, resource: Attributes, kept: Destination | undefined): Destination {
    const { queue, metricStore, problem } = kept ?? openQueue(to)
    const { missingHeaders } = to
    const hold = missingHeaders.length === 0 ? undefined : `enter these headers again: ${missingHeaders.join(', ')}`
    return {
      key: keyOf(to),
      queue,
      metricStore,
      problem,
      exporter: createOtlpExporter({ ...to, resource, hold, queue, metricStore, clock, timers }),
    }
  }

  function openQueue(to: ResolvedDestination): Pick<Destination, 'queue' | 'metricStore' | 'problem'> {
    if (folder === undefined) return inMemory(undefined)
    const place = join(folder, keyOf(to))
    try {
      const queue = openDiskQueue({ folder: place, clock })
      if (queue === undefined) return inMemory('the queue on disk is in use: spans wait in memory only')
      return { queue, metricStore: createMetricStore(place, clock.now()), problem: undefined }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return inMemory(`the queue on disk cannot be opened, spans wait in memory only: ${why}`)
    }
  }

  function inMemory(problem: string | undefined): Pick<Destination, 'queue' | 'metricStore' | 'problem'> {
    return {
      queue: createMemoryQueue(maxInMemory),
      metricStore: createMetricStore(undefined, clock.now()),
      problem,
    }
  }

  function leave(going: Promise<void>): void {
    leaving.add(going)
    void going.then(() => leaving.delete(going))
  }

  return {
    get count() {
      return destinations.length
    },
    accept(span) {
      for (const { exporter } of destinations) exporter.accept(span)
    },
    acceptLater(span) {
      for (const { exporter } of destinations) exporter.acceptLater(span)
    },
    report(metrics, since) {
      for (const { exporter } of destinations) exporter.report(metrics, since)
    },
    change(to, resource) {
      const old = new Map(destinations.map((one) => [one.key, one]))
      const next: Destination[] = []
      for (const wanted of to) {
        const key = keyOf(wanted)
        // The same destination twice is one.
        if (next.some((one) => one.key === key)) continue
        const kept = old.get(key)
        if (kept !== undefined) leave(kept.exporter.retire())
        old.delete(key)
        next.push(open(wanted, resource, kept))
      }
      for (const { exporter } of old.values()) leave(exporter.close())
      destinations = next
    },
    write() {
      for (const { queue } of destinations) queue.write()
    },
    waitingIds() {
      const ids = destinations.flatMap(({ queue }) => ('spanIds' in queue ? [...queue.spanIds()] : []))
      return new Set(ids)
    },
    health: () =>
      destinations.map(({ exporter, problem }) => ({
        ...exporter.health(),
        ...(problem !== undefined && { problem }),
      })),
    async close() {
      await Promise.all([...leaving, ...destinations.map(({ exporter }) => exporter.close())])
    },
  }
}

/** Names a destination's folder: readable, and without what a folder cannot be called. */
function keyOf({ endpoint, protocol }: ResolvedDestination): string {
  const hash = createHash('sha256').update(`${protocol} ${endpoint}`).digest('hex').slice(0, 12)
  const host = protocol === 'file' ? 'file' : URL.canParse(endpoint) ? new URL(endpoint).host : 'unknown'
  return `${host.replace(/[^a-z0-9.-]+/gi, '-').slice(0, 60)}-${hash}`
}
