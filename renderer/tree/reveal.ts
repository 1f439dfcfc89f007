/** What has to be opened before a row can be seen. Pure. */
import type { NodeKey } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'
import { isOwner } from '../state/row-index.ts'
import type { FoldKey } from './flatten.ts'

export interface Folding {
  readonly rows: ReadonlyMap<NodeKey, Row>
  readonly toggled: ReadonlySet<string>
  readonly allCollapsed: boolean
}

/** The lines above a row that are closed, so that toggling them shows it. */
export function closedAbove(key: NodeKey, { rows, toggled, allCollapsed }: Folding): readonly (NodeKey | FoldKey)[] {
  const closed: (NodeKey | FoldKey)[] = []
  const start = rows.get(key)
  const above = ancestors(start, rows)
  if (start?.node === 'call') {
    const fold: FoldKey = `calls:${start.source}:${above[0]?.key ?? ''}`
    if (!toggled.has(fold)) closed.push(fold)
  }
  for (const row of above) if (toggled.has(row.key) !== allCollapsed) closed.push(row.key)
  return closed
}

/** Those that have a line of their own, nearest first. */
function ancestors(start: Row | undefined, rows: ReadonlyMap<NodeKey, Row>): readonly Row[] {
  const found: Row[] = []
  let at = start
  while (at?.parent !== undefined) {
    at = rows.get(at.parent)
    if (at !== undefined && !isOwner(at)) found.push(at)
  }
  return found
}
