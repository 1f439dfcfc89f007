import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'

export interface TaskHit {
  readonly key: NodeKey
  readonly row: Row
}

/** The first tasks whose name, label or id holds every word; those whose name begins with it first. */
export function findTasks(rows: ReadonlyMap<NodeKey, Row>, query: string, most: number): readonly TaskHit[] {
  const text = query.trim().toLowerCase()
  const words = text.split(/\s+/).filter(Boolean)
  const first: TaskHit[] = []
  const rest: TaskHit[] = []
  for (const [key, row] of rows) {
    const label = isTaskRow(row) ? (row.label ?? '') : ''
    const all = `${row.name}\n${label}\n${row.id}`.toLowerCase()
    if (!words.every((word) => all.includes(word))) continue
    if (row.name.toLowerCase().startsWith(text)) first.push({ key, row })
    else if (rest.length < most) rest.push({ key, row })
    if (first.length >= most) break
  }
  return [...first, ...rest].slice(0, most)
}
