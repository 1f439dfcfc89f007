/**
 * The destinations that spans go to, each with a queue and an exporter of its own. When settings change, a destination
 * that stays keeps its queue, with what waits in it.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ExportHealth } from '../feed/app-status.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { Attributes, SpanData } from '../model/span.ts'
import { type DiskQueue, openDiskQueue } from '../telemetry/disk-queue.ts'
import type { ResolvedDestination } from '../telemetry/export-settings.ts'
import { createMemoryQueue } from '../telemetry/memory-queue.ts'
import type { Metric } from '../telemetry/metric.ts'
import { createOtlpExporter, type OtlpExporter } from '../telemetry/otlp-exporter.ts'
import type { SpanQueue } from '../telemetry/span-queue.ts'

export interface ExportDestinationsOptions {
  readonly clock: Clock
  readonly timers: Timers
  /** Where queues live that outlive the process; without it they are in memory. */
  readonly folder: string | undefined
}

export interface ExportDestinations {
  readonly count: number
  accept(span: SpanData): void
  report(metrics: readonly Metric[]): Promise<void>
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
  readonly exporter: OtlpExporter
  readonly problem: string | undefined
}

/** Spans that wait in memory where there is no disk. */
const maxInMemory = 20_000

export function createExportDestinations({ clock, timers, folder }: ExportDestinationsOptions): ExportDestinations {
  let destinations: readonly Destination[] = []
  const leaving = new Set<Promise<void>>()

  function open(to: ResolvedDestination, resource: Attributes, kept: Destination | undefined): Destination {
    const { queue, problem } = kept ?? openQueue(to)
    const { missingHeaders } = to
    const hold = missingHeaders.length === 0 ? undefined : `enter these headers again: ${missingHeaders.join(', ')}`
    return {
      key: keyOf(to),
      queue,
      problem,
      exporter: createOtlpExporter({ ...to, resource, hold, queue, clock, timers }),
    }
  }

  function openQueue(to: ResolvedDestination): Pick<Destination, 'queue' | 'problem'> {
    if (folder === undefined) return { queue: createMemoryQueue(maxInMemory), problem: undefined }
    let problem = 'the queue on disk is in use: spans wait in memory only'
    try {
      const queue = openDiskQueue({ folder: join(folder, keyOf(to)), clock })
      if (queue !== undefined) return { queue, problem: undefined }
    } catch (error) {
      problem = `the queue on disk cannot be opened, spans wait in memory only: ${error instanceof Error ? error.message : String(error)}`
    }
    return { queue: createMemoryQueue(maxInMemory), problem }
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
    async report(metrics) {
      await Promise.all(destinations.map(({ exporter }) => exporter.report(metrics)))
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
