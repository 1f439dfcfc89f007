/** The load of the whole session for the minimap: how many tasks lived in each slice of time. */
import { isTaskRow, type NodeRow, type Row } from '../../core/model/row.ts'
import type { TimeSpan } from './time-span.ts'

export interface SessionLoad {
  readonly span: TimeSpan
  /** Tasks alive per slice. */
  readonly live: readonly number[]
  /** Of those, how many are known to have been suspended. */
  readonly suspended: readonly number[]
  /** Slices in which a task failed. */
  readonly failures: readonly number[]
  readonly most: number
}

/**
 * From the first task to now; `undefined` while there is none. Where nothing can happen any more, as in a recording, it
 * ends with the last task.
 */
export function sessionSpan(rows: Iterable<Row>, now: number): TimeSpan | undefined {
  let from = Number.POSITIVE_INFINITY
  let lastEnd = 0
  let goesOn = false
  for (const row of rows) {
    if (!isTaskRow(row)) {
      goesOn ||= isUp(row)
      continue
    }
    if (row.createdAt < from) from = row.createdAt
    if (row.endedAt === undefined) goesOn = true
    else if (row.endedAt > lastEnd) lastEnd = row.endedAt
  }
  return from <= now ? { from, to: Math.max(goesOn ? now : lastEnd, from + 1000) } : undefined
}

/** Whether new tasks can come from there. */
function isUp({ node, status }: NodeRow): boolean {
  return node !== 'source' && status !== 'closed' && status !== 'failed' && status !== 'lost'
}

/** One pass over all rows. Of the past only the present suspension of a row is known here, so the share is a floor. */
export function sessionLoad(rows: Iterable<Row>, span: TimeSpan, slices: number): SessionLoad {
  const count = Math.max(1, Math.floor(slices))
  const live = sliceMarks(span, count)
  const suspended = sliceMarks(span, count)
  const failures = new Set<number>()
  for (const row of rows) {
    if (!isTaskRow(row)) continue
    live.mark(row.createdAt, row.endedAt ?? span.to)
    if (row.state === 'suspended') suspended.mark(row.stateAt, span.to)
    if (row.state === 'failed' && row.endedAt !== undefined) failures.add(live.sliceOf(row.endedAt))
  }
  const sums = running(live.marks, count)
  return {
    span,
    live: sums,
    suspended: running(suspended.marks, count),
    failures: [...failures].sort((a, b) => a - b),
    most: Math.max(1, ...sums),
  }
}

/** Counts in slices what is open from one time to another: starts and ends are marked, `running` sums them up. */
export interface SliceMarks {
  readonly marks: readonly number[]
  sliceOf(at: number): number
  mark(from: number, to: number): void
}

export function sliceMarks(span: TimeSpan, count: number): SliceMarks {
  const marks = new Array<number>(count + 1).fill(0)
  const length = span.to - span.from
  const sliceOf = (at: number) => Math.min(count - 1, Math.max(0, Math.floor(((at - span.from) / length) * count)))
  return {
    marks,
    sliceOf,
    mark(from, to) {
      const first = sliceOf(from)
      const last = sliceOf(to)
      marks[first] = (marks[first] ?? 0) + 1
      marks[last + 1] = (marks[last + 1] ?? 0) - 1
    },
  }
}

export function running(marks: readonly number[], count: number): number[] {
  let sum = 0
  return marks.slice(0, count).map((mark) => (sum += mark))
}
