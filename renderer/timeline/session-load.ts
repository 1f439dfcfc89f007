/** The load of the whole session for the minimap: how many tasks lived in each slice of time. */
import type { TaskTimes } from './task-times.ts'
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
export function sessionSpan(times: TaskTimes, now: number): TimeSpan | undefined {
  const from = times.first()
  if (from === undefined || from > now) return undefined
  const to = times.goesOn() ? now : (times.ended().at(-1)?.end ?? now)
  return { from, to: Math.max(to, from + 1000) }
}

/** One pass over the times. Of the past only the present suspension of a task is known here, so the share is a floor. */
export function sessionLoad(times: TaskTimes, span: TimeSpan, slices: number): SessionLoad {
  const count = Math.max(1, Math.floor(slices))
  const live = sliceMarks(span, count)
  const suspended = sliceMarks(span, count)
  const failures = new Set<number>()
  for (const { from, end, failed } of times.ended()) {
    live.mark(from, end ?? span.to)
    if (failed && end !== undefined) failures.add(live.sliceOf(end))
  }
  for (const { from, suspendedAt } of times.live()) {
    live.mark(from, span.to)
    if (suspendedAt !== undefined) suspended.mark(suspendedAt, span.to)
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
