/**
 * What the views need to know of all rows at once, kept up to date per changed row and never recounted: the tree of
 * nodes in order of first appearance, and how many tasks have which face, per source and in all. Nodes hold their
 * children themselves, so that walking a hundred thousand of them looks nothing up.
 */
import type { NodeKey, SourceId } from '../../core/model/identity.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { faceOf, type StateFace } from '../icons/state-face.ts'

export type FaceCounts = Readonly<Record<StateFace, number>>

/** One row's place in the tree. The lists are the index's own and change in place. */
export interface IndexedNode {
  readonly key: NodeKey
  readonly source: SourceId
  readonly node: Row['node']
  readonly ord: number
  /** In order of first appearance. */
  readonly children: readonly IndexedNode[]
}

interface Entry extends IndexedNode {
  ord: number
  node: Row['node']
  parent: NodeKey | undefined
  children: Entry[]
  /** Only of tasks: plain calls and other nodes are not counted. */
  face: StateFace | undefined
  /** A task that has not ended. */
  alive: boolean
  /** Children that are alive. */
  liveChildren: number
}

export interface RowIndex {
  /** Takes over what changed. */
  apply(rows: ReadonlyMap<NodeKey, Row>, changed: readonly NodeKey[], removed: readonly NodeKey[]): void
  /** Starts anew from all rows. */
  reset(rows: ReadonlyMap<NodeKey, Row>): void
  /** Nodes without a parent, and those whose parent is not known (it has not arrived, or was let go). */
  roots(): readonly IndexedNode[]
  /** Hosts, connections and other sources in order of first appearance. */
  owners(): readonly NodeKey[]
  /** Tasks per face, of one source or of all. The object is changed in place. */
  counts(source?: SourceId): FaceCounts
  /** Tasks of one source or of all. */
  total(source?: SourceId): number
  /** Tasks right under this node that have not ended. */
  liveChildren(key: NodeKey): number
}

/** Shared by all who have none; never changed. */
const childless: Entry[] = []

/** A node that owns tasks and is listed among the sources instead of in the tree. */
export function isOwner({ node }: { readonly node: Row['node'] }): boolean {
  return node === 'host' || node === 'connection' || node === 'source'
}

export function createRowIndex(): RowIndex {
  const entries = new Map<NodeKey, Entry>()
  /** Parents that are waited for, with those who wait among the roots. */
  const awaited = new Map<NodeKey, Set<Entry>>()
  const sources = new Map<SourceId, Record<StateFace, number>>()
  let roots: Entry[] = []
  let owners: readonly NodeKey[] = []
  let all = zero()

  function count({ face, source }: Entry, by: 1 | -1): void {
    if (face === undefined) return
    let own = sources.get(source)
    if (own === undefined) {
      own = zero()
      sources.set(source, own)
    }
    own[face] += by
    all[face] += by
  }

  function link(entry: Entry): void {
    const parent = entry.parent === undefined ? undefined : entries.get(entry.parent)
    if (parent !== undefined) {
      if (entry.alive) parent.liveChildren += 1
      if (parent.children === childless) parent.children = [entry]
      else insert(parent.children, entry)
      return
    }
    insert(roots, entry)
    if (entry.parent === undefined) return
    const waiting = awaited.get(entry.parent)
    if (waiting === undefined) awaited.set(entry.parent, new Set([entry]))
    else waiting.add(entry)
  }

  function unlink(entry: Entry): void {
    const parent = entry.parent === undefined ? undefined : entries.get(entry.parent)
    const list = parent?.children ?? roots
    const place = list.indexOf(entry)
    if (place >= 0) list.splice(place, 1)
    if (parent !== undefined && entry.alive) parent.liveChildren -= 1
    if (parent === undefined && entry.parent !== undefined) awaited.get(entry.parent)?.delete(entry)
  }

  /** Takes those in who stood among the roots because this one had not arrived. */
  function adopt(entry: Entry): void {
    const waiting = awaited.get(entry.key)
    if (waiting === undefined) return
    awaited.delete(entry.key)
    roots = roots.filter((root) => !waiting.has(root))
    for (const child of waiting) link(child)
  }

  function create(key: NodeKey, row: Row): Entry {
    const { source, node, ord, parent } = row
    const entry: Entry = {
      key,
      source,
      node,
      ord,
      parent,
      children: childless,
      face: faceIn(row),
      alive: isAlive(row),
      liveChildren: 0,
    }
    entries.set(key, entry)
    count(entry, 1)
    if (isOwner(row)) owners = [...owners, key]
    return entry
  }

  function update(entry: Entry, row: Row): void {
    const face = faceIn(row)
    if (face !== entry.face) {
      count(entry, -1)
      entry.face = face
      count(entry, 1)
    }
    const alive = isAlive(row)
    if (alive !== entry.alive) {
      const parent = entry.parent === undefined ? undefined : entries.get(entry.parent)
      if (parent !== undefined) parent.liveChildren += alive ? 1 : -1
      entry.alive = alive
    }
    entry.node = row.node
    if (entry.parent === row.parent && entry.ord === row.ord) return
    unlink(entry)
    entry.parent = row.parent
    entry.ord = row.ord
    link(entry)
  }

  /** All are made before any is linked, so that a child may come before its parent in one frame. */
  function add(news: readonly Entry[]): void {
    for (const entry of news) link(entry)
    if (awaited.size > 0) for (const entry of news) adopt(entry)
  }

  function drop(keys: readonly NodeKey[]): void {
    const gone = new Set<Entry>()
    for (const key of keys) {
      const entry = entries.get(key)
      if (entry !== undefined) gone.add(entry)
    }
    if (gone.size === 0) return
    // One pass per list, for thousands may go at once from the same parent.
    const parents = new Set<Entry | undefined>()
    for (const { parent } of gone) parents.add(parent === undefined ? undefined : entries.get(parent))
    for (const parent of parents) {
      if (parent === undefined) roots = roots.filter((entry) => !gone.has(entry))
      else if (!gone.has(parent)) parent.children = parent.children.filter((entry) => !gone.has(entry))
    }
    for (const entry of gone) {
      const parent = entry.parent === undefined ? undefined : entries.get(entry.parent)
      if (parent !== undefined && entry.alive) parent.liveChildren -= 1
    }
    for (const entry of gone) {
      entries.delete(entry.key)
      count(entry, -1)
      if (entry.parent !== undefined) awaited.get(entry.parent)?.delete(entry)
    }
    for (const { children } of gone) for (const child of children) if (!gone.has(child)) link(child)
    owners = owners.filter((key) => entries.has(key))
  }

  return {
    reset(rows) {
      entries.clear()
      awaited.clear()
      sources.clear()
      roots = []
      owners = []
      all = zero()
      add([...rows].map(([key, row]) => create(key, row)))
    },
    apply(rows, changed, removed) {
      const news: Entry[] = []
      const known: [Entry, Row][] = []
      for (const key of changed) {
        const row = rows.get(key)
        if (row === undefined) continue
        const entry = entries.get(key)
        if (entry === undefined) news.push(create(key, row))
        else known.push([entry, row])
      }
      // New ones stand in their place before any other moves, so that a move finds both of its ends.
      add(news)
      for (const [entry, row] of known) update(entry, row)
      drop(removed.filter((key) => !rows.has(key)))
    },
    roots: () => roots,
    owners: () => owners,
    counts: (source) => (source === undefined ? all : (sources.get(source) ?? nothing)),
    liveChildren: (key) => entries.get(key)?.liveChildren ?? 0,
    total(source) {
      const counts = source === undefined ? all : (sources.get(source) ?? nothing)
      let total = 0
      for (const face of Object.keys(counts) as StateFace[]) total += counts[face]
      return total
    },
  }
}

const nothing: FaceCounts = zero()

function faceIn(row: Row): StateFace | undefined {
  return row.node === 'task' && isTaskRow(row) ? faceOf(row.state, row.failure) : undefined
}

function isAlive(row: Row): boolean {
  return row.node === 'task' && isTaskRow(row) && !isTerminal(row.state)
}

function insert(list: Entry[], entry: Entry): void {
  // Rows nearly always come in order, so this walks back over nothing.
  let place = list.length
  while (place > 0 && (list[place - 1]?.ord ?? 0) > entry.ord) place -= 1
  if (place === list.length) list.push(entry)
  else list.splice(place, 0, entry)
}

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
