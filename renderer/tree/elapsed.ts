import { isTaskRow, type Row } from '../../core/model/row.ts'

/**
 * What the Time column shows, in milliseconds: from the first start to the end, or to `now` while it goes on.
 * `undefined` while it has not started.
 */
export function elapsedMs(row: Row, now: number): number | undefined {
  const start = isTaskRow(row) ? row.startedAt : row.createdAt
  if (start === undefined) return undefined
  return Math.max(0, (row.endedAt ?? now) - start)
}

/** Whether its time still runs. */
export function isTicking(row: Row): boolean {
  return row.endedAt === undefined
}
