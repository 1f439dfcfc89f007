/** How siblings are ordered when a person asks for an order of their own. Pure and total: equal rows keep their order of appearance. */
import { assertNever } from '../../core/model/assert.ts'
import type { SourceId } from '../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { faceOf, faceOfStatus, stateFaces } from '../icons/state-face.ts'
import type { Sort, SortColumn } from '../state/window-state.ts'
import { elapsedMs } from './elapsed.ts'

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Columns whose values change while nothing else does, so that an order by them must be renewed. */
export function changesByItself(column: SortColumn): boolean {
  return column === 'state' || column === 'progress' || column === 'time'
}

/** What has no value in this column stands last in both directions. */
export function compareBy(
  { column, direction }: Sort,
  now: number,
  sourceName: (source: SourceId) => string,
): (a: Row, b: Row) => number {
  const sign = direction === 'ascending' ? 1 : -1
  return (a, b) => {
    const left = cellValue(a, column, now, sourceName)
    const right = cellValue(b, column, now, sourceName)
    if (left === undefined || right === undefined) {
      if (left === right) return a.ord - b.ord
      return left === undefined ? 1 : -1
    }
    const order =
      typeof left === 'string' || typeof right === 'string'
        ? collator.compare(String(left), String(right))
        : left - right
    return order === 0 ? a.ord - b.ord : order * sign
  }
}

function cellValue(
  row: Row,
  column: SortColumn,
  now: number,
  sourceName: (source: SourceId) => string,
): string | number | undefined {
  switch (column) {
    case 'name':
      return isTaskRow(row) && row.label !== undefined ? `${row.name} ${row.label}` : row.name
    case 'state':
      return stateFaces.indexOf(isTaskRow(row) ? faceOf(row.state, row.failure) : faceOfStatus(row.status))
    case 'progress':
      return progressShare(row)
    case 'time':
      return elapsedMs(row, now)
    case 'source':
      return sourceName(row.source)
    default:
      return assertNever(column)
  }
}

/** From 0 to 1; `undefined` when it has told no progress or no total. */
export function progressShare(row: Row): number | undefined {
  if (!isTaskRow(row) || row.progress?.total === undefined || row.progress.total <= 0) return undefined
  return Math.min(1, Math.max(0, row.progress.current / row.progress.total))
}
