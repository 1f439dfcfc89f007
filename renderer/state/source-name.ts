import type { NodeKey, SourceId } from '../../core/model/identity.ts'
import type { NodeRow, Row } from '../../core/model/row.ts'
import { isTaskRow } from '../../core/model/row.ts'
import type { RowIndex } from './row-index.ts'

/** The node that stands for a source: its host, connection or recording. */
export function ownerOf(source: SourceId, index: RowIndex, rows: ReadonlyMap<NodeKey, Row>): NodeRow | undefined {
  for (const key of index.owners()) {
    const row = rows.get(key)
    if (row !== undefined && !isTaskRow(row) && row.source === source) return row
  }
  return undefined
}

/** What a source is called on screen; its id when its node has not arrived. */
export function sourceName(source: SourceId, index: RowIndex, rows: ReadonlyMap<NodeKey, Row>): string {
  return ownerOf(source, index, rows)?.name ?? source
}
