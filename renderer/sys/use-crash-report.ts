import { type CrashReport, crashReport } from '../../core/model/crash-report.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { useWindow } from '../state/window-context.tsx'

/** The nearest supervisor above a row. */
export function useSupervisorOf(row: Row | undefined): NodeKey | undefined {
  return useWindow((state) => {
    if (row === undefined) return undefined
    return ancestorsOf(row, state.rows).find((each) => each.node === 'supervisor')?.key
  })
}

/** From its parent up; a circle ends it. */
function ancestorsOf(row: Row, rows: ReadonlyMap<NodeKey, Row>): readonly Row[] {
  const ancestors: Row[] = []
  for (let above = row.parent; above !== undefined; above = ancestors.at(-1)?.parent) {
    const parent = rows.get(above)
    if (parent === undefined || ancestors.includes(parent)) break
    ancestors.push(parent)
  }
  return ancestors
}

/** The crash report of a failed task, from what the window knows of it and of the rows around it. */
export function useCrashReport(row: Row | undefined, detail: Detail | undefined): CrashReport | undefined {
  const rows = useWindow((state) => state.rows)
  const details = useWindow((state) => state.details)
  if (row === undefined || detail === undefined || !isTaskRow(row)) return undefined
  const ancestors = ancestorsOf(row, rows)
  const children: Row[] = []
  const attempts: Row[] = []
  for (const other of rows.values()) {
    if (other.parent === row.key) children.push(other)
    else if (isTaskRow(other) && (other.retryOf === row.key || other.key === row.retryOf)) attempts.push(other)
  }
  const supervisor = ancestors.find((each) => each.node === 'supervisor')
  return crashReport(detail, {
    ancestors,
    children,
    attempts,
    supervisor: supervisor === undefined ? undefined : details.get(supervisor.key),
  })
}
