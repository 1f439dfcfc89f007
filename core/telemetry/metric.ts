/** Metrics in OpenTelemetry's terms, as plain data (https://opentelemetry.io/docs/specs/otel/metrics/data-model/). */
import type { Attributes } from '../model/span.ts'

interface MetricBase {
  readonly name: string
  /** UCUM, as the conventions want it: `s`, `{task}`, `1`. */
  readonly unit: string
  readonly description: string
}

export interface NumberPoint {
  readonly attributes: Attributes
  readonly value: number
}

export interface HistogramPoint {
  readonly attributes: Attributes
  /** Upper bounds, inclusive; one more count than bounds. */
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

interface Timed {
  /** Since when sums and histograms count, and when they were read; milliseconds since the epoch. */
  readonly since: number
  readonly at: number
}

/** Sums only ever grow; histograms and sums are cumulative. */
export type Metric = MetricBase &
  Timed &
  (
    | { readonly kind: 'sum'; readonly points: readonly NumberPoint[] }
    | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
    | { readonly kind: 'histogram'; readonly points: readonly HistogramPoint[] }
  )
