import { type NodeKey, nodeId, nodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type NodeRow, type Row } from '../../core/model/row.ts'

/** The rows by key, as the feed client keeps them. */
export type RowIndex = Pick<ReadonlyMap<NodeKey, Row>, 'get'>

/** The host or connection in which a row lives: its nearest such ancestor, else the one of its source. */
export function hostOf(row: Row, rows: RowIndex): NodeRow | undefined {
  const seen = new Set<NodeKey>()
  let current: Row | undefined = row
  while (current !== undefined && !seen.has(current.key)) {
    if (!isTaskRow(current) && (current.node === 'host' || current.node === 'connection')) return current
    seen.add(current.key)
    current = current.parent === undefined ? undefined : rows.get(current.parent)
  }
  for (const id of ['host', 'connection']) {
    const found = rows.get(nodeKey(row.source, nodeId(id)))
    if (found !== undefined && !isTaskRow(found)) return found
  }
  return undefined
}
