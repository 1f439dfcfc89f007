/**
 * What the views need to know of all rows at once, kept up to date per changed row and never recounted:
 * the children of each node in order of first appearance, and how many tasks have which face, per source and in all.
 */
import type { NodeKey, SourceId } from '../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { faceOf, type StateFace } from '../icons/state-face.ts'

export type FaceCounts = Readonly<Record<StateFace, number>>

interface Known {
  readonly parent: NodeKey | undefined
  readonly ord: number
  readonly source: SourceId
  /** Only of tasks: plain calls and other nodes are not counted. */
  readonly face: StateFace | undefined
}

export interface RowIndex {
  /** Takes over what changed. */
  apply(rows: ReadonlyMap<NodeKey, Row>, changed: readonly NodeKey[], removed: readonly NodeKey[]): void
  /** Starts anew from all rows. */
  reset(rows: ReadonlyMap<NodeKey, Row>): void
  /** Children in order of first appearance; `undefined` stands for rows without a parent. */
  children(parent: NodeKey | undefined): readonly NodeKey[]
  /** Hosts, connections and other sources in order of first appearance. */
  owners(): readonly NodeKey[]
  /** Tasks per face, of one source or of all. */
  counts(source?: SourceId): FaceCounts
  /** Tasks of one source or of all. */
  total(source?: SourceId): number
}

const nobody: readonly NodeKey[] = []

function zero(): Record<StateFace, number> {
  return {
    running: 0,
    suspended: 0,
    input_required: 0,
    cancelling: 0,
    pending: 0,
    completed: 0,
    failed: 0,
    killed: 0,
    cancelled: 0,
    lost: 0,
  }
}

/** A node that owns tasks and is listed among the sources instead of in the tree. */
export function isOwner(row: Row): boolean {
  return row.node === 'host' || row.node === 'connection' || row.node === 'source'
}

export function createRowIndex(): RowIndex {
  const known = new Map<NodeKey, Known>()
  const children = new Map<NodeKey | undefined, NodeKey[]>()
  let owners: readonly NodeKey[] = []
  const sources = new Map<SourceId, Record<StateFace, number>>()
  let all = zero()
  const empty = zero()

  function count(fact: Known, by: 1 | -1): void {
    if (fact.face === undefined) return
    let own = sources.get(fact.source)
    if (own === undefined) {
      own = zero()
      sources.set(fact.source, own)
    }
    own[fact.face] += by
    all[fact.face] += by
  }

  function ordOf(key: NodeKey): number {
    return known.get(key)?.ord ?? 0
  }

  function link(key: NodeKey, fact: Known): void {
    const list = children.get(fact.parent)
    if (list === undefined) {
      children.set(fact.parent, [key])
      return
    }
    // Rows nearly always come in order, so this walks back over nothing.
    let place = list.length
    while (place > 0 && ordOf(list[place - 1] as NodeKey) > fact.ord) place -= 1
    list.splice(place, 0, key)
  }

  function unlink(key: NodeKey, fact: Known): void {
    const list = children.get(fact.parent)
    const place = list?.indexOf(key) ?? -1
    if (list === undefined || place < 0) return
    list.splice(place, 1)
    if (list.length === 0) children.delete(fact.parent)
  }

  /** Many removals at once would each search their list; then one pass over the lists is cheaper. */
  function unlinkAll(keys: readonly NodeKey[]): void {
    const gone = new Set(keys)
    const parents = new Set<NodeKey | undefined>()
    for (const key of keys) {
      const fact = known.get(key)
      if (fact !== undefined) parents.add(fact.parent)
    }
    for (const parent of parents) {
      const kept = (children.get(parent) ?? []).filter((key) => !gone.has(key))
      if (kept.length === 0) children.delete(parent)
      else children.set(parent, kept)
    }
  }

  function put(key: NodeKey, row: Row): void {
    const before = known.get(key)
    const fact: Known = {
      parent: row.parent,
      ord: row.ord,
      source: row.source,
      face: row.node === 'task' && isTaskRow(row) ? faceOf(row.state, row.failure) : undefined,
    }
    if (before !== undefined) count(before, -1)
    known.set(key, fact)
    count(fact, 1)
    if (before === undefined) {
      if (isOwner(row)) owners = [...owners, key]
      link(key, fact)
    } else if (before.parent !== fact.parent || before.ord !== fact.ord) {
      unlink(key, before)
      link(key, fact)
    }
  }

  function reset(rows: ReadonlyMap<NodeKey, Row>): void {
    known.clear()
    children.clear()
    sources.clear()
    owners = []
    all = zero()
    for (const [key, row] of rows) put(key, row)
  }

  return {
    reset,
    apply(rows, changed, removed) {
      for (const key of changed) {
        const row = rows.get(key)
        if (row !== undefined) put(key, row)
      }
      const gone = removed.filter((key) => !rows.has(key) && known.has(key))
      if (gone.length === 0) return
      unlinkAll(gone)
      for (const key of gone) {
        const fact = known.get(key)
        if (fact !== undefined) count(fact, -1)
        known.delete(key)
      }
      const gonePlaces = new Set(gone)
      if (owners.some((key) => gonePlaces.has(key))) owners = owners.filter((key) => !gonePlaces.has(key))
    },
    children: (parent) => children.get(parent) ?? nobody,
    owners: () => owners,
    counts: (source) => (source === undefined ? all : (sources.get(source) ?? empty)),
    total(source) {
      const counts = source === undefined ? all : (sources.get(source) ?? empty)
      let total = 0
      for (const face of Object.keys(counts) as StateFace[]) total += counts[face]
      return total
    },
  }
}
