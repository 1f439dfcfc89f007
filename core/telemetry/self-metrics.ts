/** What Taskscope says of itself: so that its own cost and losses can be watched like those of any program. */
import type { ExportHealth } from '../model/export-health.ts'
import { metricNames, attributeNames as names } from './attribute-names.ts'
import type { Metric, NumberPoint } from './metric.ts'

export interface SelfReadings {
  /** Events since the start: applied, numbered by their source and never arrived, folded into newer ones. */
  readonly applied: number
  readonly lost: number
  readonly folded: number
  readonly openSpans: number
  /** Share of one processor that the main process used lately, 0 to 1, or more with several busy threads. */
  readonly cpuShare: number
  /** Processor time of the main process, all its threads together, milliseconds. */
  readonly cpuMs: number
  /** Memory of the main process, bytes. */
  readonly memoryBytes: number
  readonly rowsWaiting: number
  /** Frames of windows that took longer than 50 ms. */
  readonly slowFrames: { readonly count: number; readonly longestMs: number }
}

/** @param since when counting began; `at` is now; both milliseconds since the epoch. */
export function selfMetrics(readings: SelfReadings, since: number, at: number): readonly Metric[] {
  const metric = (kind: 'sum' | 'gauge', name: string, unit: string, description: string, value: number): Metric => ({
    kind,
    name,
    unit,
    description,
    since,
    at,
    points: [{ attributes: {}, value }],
  })
  const { slowFrames } = readings
  return [
    metric('sum', metricNames.eventsApplied, '{event}', 'Events applied', readings.applied),
    metric('sum', metricNames.eventsLost, '{event}', 'Events that never arrived', readings.lost),
    metric('sum', metricNames.samplesFolded, '{sample}', 'Samples folded into newer ones', readings.folded),
    metric('gauge', metricNames.openTasks, '{span}', 'Task spans that have begun and not ended', readings.openSpans),
    metric('gauge', metricNames.cpuShare, '1', 'Processor share of the main process', readings.cpuShare),
    metric('sum', metricNames.cpuTime, 's', 'Processor time of the main process', readings.cpuMs / 1000),
    metric('gauge', metricNames.memory, 'By', 'Memory of the main process', readings.memoryBytes),
    metric('gauge', metricNames.rowsWaiting, '{row}', 'Rows that viewers have not been sent', readings.rowsWaiting),
    metric('sum', metricNames.slowFrames, '{frame}', 'Frames that took over 50 ms', slowFrames.count),
    metric('gauge', metricNames.longestFrame, 's', 'The longest frame', slowFrames.longestMs / 1000),
  ]
}

export function exportMetrics(destinations: readonly ExportHealth[], since: number, at: number): readonly Metric[] {
  const points = (read: (health: ExportHealth) => number): readonly NumberPoint[] =>
    destinations.map((health) => ({
      attributes: { [names.destination]: health.endpoint ?? '' },
      value: read(health),
    }))
  const base = { since, at }
  return [
    {
      ...base,
      kind: 'gauge',
      name: metricNames.exportQueued,
      unit: '{span}',
      description: 'Spans that wait for a collector',
      points: points(({ queued }) => queued),
    },
    {
      ...base,
      kind: 'sum',
      name: metricNames.exportSent,
      unit: '{span}',
      description: 'Spans that a collector took',
      points: points(({ sent }) => sent),
    },
    {
      ...base,
      kind: 'sum',
      name: metricNames.exportDropped,
      unit: '{span}',
      description: 'Spans that were not delivered',
      points: destinations.flatMap(({ endpoint, drops }) =>
        Object.entries(drops ?? {})
          .filter(([, count]) => count > 0)
          .map(([reason, value]) => ({
            attributes: { [names.destination]: endpoint ?? '', [names.dropReason]: reason },
            value,
          })),
      ),
    },
    {
      ...base,
      kind: 'sum',
      name: metricNames.exportUnconfirmed,
      unit: '{span}',
      description: 'Spans that may or may not be there',
      points: points(({ unconfirmed = 0 }) => unconfirmed),
    },
  ]
}
