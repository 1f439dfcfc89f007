/**
 * What of a task can be measured, and the tasks that lie within one bucket of a histogram of it. All values are
 * milliseconds; stays in states and controls count once they are over.
 */
import { isTaskRow, type Row } from '../../core/model/row.ts'

export const measures = ['duration', 'pending', 'running', 'suspended', 'input', 'acknowledge', 'effect'] as const

export type Measure = (typeof measures)[number]

/** From `from` on and below `to`. */
export interface Bucket {
  readonly measure: Measure
  readonly from: number
  readonly to: number
}

/** The value of a row, or `undefined` when it has none (yet). */
export function measured(row: Row, measure: Measure): number | undefined {
  if (!isTaskRow(row) || row.placeholder === true) return undefined
  switch (measure) {
    case 'duration':
      return row.endedAt === undefined ? undefined : Math.max(0, row.endedAt - row.createdAt)
    case 'pending':
      return row.startedAt === undefined ? undefined : Math.max(0, row.startedAt - row.createdAt)
    case 'running':
      return row.runningMs > 0 ? row.runningMs : undefined
    case 'suspended':
      return row.suspendedMs > 0 ? row.suspendedMs : undefined
    case 'input':
      return row.inputMs
    case 'acknowledge':
      return row.answered?.acknowledgedMs
    case 'effect':
      return row.answered?.effectiveMs
  }
}

export function inBucket(row: Row, { measure, from, to }: Bucket): boolean {
  const value = measured(row, measure)
  return value !== undefined && value >= from && value < to
}

/** "duration", "time running": what a filter by it is called. */
export function measureText(measure: Measure): string {
  switch (measure) {
    case 'duration':
      return 'duration'
    case 'input':
      return 'time waiting for input'
    case 'acknowledge':
      return 'time to acknowledge'
    case 'effect':
      return 'time to effect'
    default:
      return `time ${measure}`
  }
}
