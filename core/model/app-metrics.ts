/** What is measured, in the few lines that a person reads; the whole of it is exported when that is wanted. */

/** Many durations of one kind. Milliseconds; percentiles are estimated within the buckets of a histogram. */
export interface DurationLine {
  /** The metric's name, with the state where it is about one. */
  readonly id: string
  readonly text: string
  readonly count: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly maxMs: number
}

export interface NumberLine {
  /** The metric's name. */
  readonly id: string
  readonly text: string
  readonly value: number
  /** As in UCUM: `s`, `By`, `1` for a share from 0 to 1, and what is counted in braces. */
  readonly unit: string
}

export interface AppMetrics {
  /** Since when, and when it was read; milliseconds since the epoch. */
  readonly since: number
  readonly at: number
  /** Of tasks. */
  readonly tasks: readonly DurationLine[]
  /** Of Taskscope itself. */
  readonly self: readonly NumberLine[]
}
