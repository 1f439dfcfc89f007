import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type TaskRow } from '../../core/model/row.ts'

/** The row as it is now: the choice of lanes may be a second old. */
export function currentRow(row: TaskRow, rows: ReadonlyMap<NodeKey, unknown>): TaskRow {
  const current = rows.get(row.key) as TaskRow | undefined
  return current !== undefined && isTaskRow(current) ? current : row
}
