/** Whom an ending hits, from the rows alone: what ends with it, what of it is lost, and what goes on. */

import type { NodeKey } from '../../core/model/identity.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from '../../core/model/row.ts'
import { hostOf } from '../detail/host-of.ts'
import { countText } from '../detail/time-text.ts'

export interface BlastRadius {
  /** The process that ends: a host or a launched server. */
  readonly host: NodeRow | undefined
  /** Live tasks that end, the target first. */
  readonly ends: readonly TaskRow[]
  /** What their progress says, of those that tell it: "crawl at 41 of 100". */
  readonly lost: readonly string[]
  /** Live tasks of the same source that are not hit. */
  readonly beside: number
  /** Names of the other sources that are up. */
  readonly goesOn: readonly string[]
}

/** @param alone whether only the target and its descendants end, not the whole process */
export function blastRadius(target: Row, rows: ReadonlyMap<NodeKey, Row>, alone: boolean): BlastRadius {
  const host = hostOf(target, rows)
  const ends: TaskRow[] = []
  const goesOn: string[] = []
  let beside = 0
  for (const row of rows.values()) {
    if (isTaskRow(row)) {
      const hit = alone ? isWithin(row, target.key, rows) : row.source === target.source
      if (isTerminal(row.state)) continue
      if (hit) ends.push(row)
      else if (row.source === target.source) beside += 1
    } else if (isOwner(row) && row.source !== target.source && row.status !== 'closed' && row.status !== 'failed') {
      goesOn.push(row.name)
    }
  }
  ends.sort((a, b) => Number(b.key === target.key) - Number(a.key === target.key) || a.ord - b.ord)
  return { host, ends, lost: ends.flatMap(lostOf), beside, goesOn }
}

/** Whom the end of a host, server or supervisor hits: a supervisor's end leaves what is beside it. */
export function radiusOfNode(node: NodeRow, rows: ReadonlyMap<NodeKey, Row>): BlastRadius {
  return blastRadius(node, rows, node.node === 'supervisor')
}

function isOwner(row: NodeRow): boolean {
  return row.node === 'host' || row.node === 'connection' || row.node === 'source'
}

function isWithin(row: Row, root: NodeKey, rows: ReadonlyMap<NodeKey, Row>): boolean {
  const seen = new Set<NodeKey>()
  for (let current: Row | undefined = row; current !== undefined && !seen.has(current.key); ) {
    if (current.key === root) return true
    seen.add(current.key)
    current = current.parent === undefined ? undefined : rows.get(current.parent)
  }
  return false
}

function lostOf(row: TaskRow): readonly string[] {
  if (row.progress === undefined || row.progress.current === 0) return []
  const { current, total } = row.progress
  return [`${row.name} at ${countText(current)}${total === undefined ? '' : ` of ${countText(total)}`}`]
}

/** "8 live tasks" and the first of their names: "crawl, index, fetch and 5 more". */
export function namesText(names: readonly string[], shown = 4): string {
  const first = names.slice(0, shown)
  const more = names.length - first.length
  return more > 0 ? `${first.join(', ')} and ${more} more` : first.join(', ')
}
