/**
 * The order in which rows stand on screen: pure, rebuilt only when structure, filter, sort or folding change.
 * Hosts and connections are listed among the sources, so their children take their place here; plain calls of one
 * parent and source are folded into one line.
 */
import type { NodeKey } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'
import { type IndexedNode, isOwner } from '../state/row-index.ts'

/** The key of a line that stands for folded calls. It is no node: nothing can be asked of it. */
export type FoldKey = `calls:${string}`

export interface FlatRow {
  readonly key: NodeKey | FoldKey
  /** From 1, as `aria-level`. */
  readonly level: number
  readonly posInSet: number
  readonly setSize: number
  /** `undefined`: it has nothing to open. */
  readonly expanded: boolean | undefined
  /** Set on a line of folded calls: how many. */
  readonly calls: number | undefined
}

export interface FlatOrder {
  readonly rows: readonly FlatRow[]
  /** Tasks that pass the filter, whether or not they are folded away. */
  readonly matches: number
}

export interface FlattenOptions {
  readonly rows: ReadonlyMap<NodeKey, Row>
  readonly roots: readonly IndexedNode[]
  /** All tasks, which is how many match when there is no filter. */
  readonly total: number
  readonly arrangement: 'tree' | 'flat'
  /** Absent: every row passes. */
  readonly passes?: ((row: Row) => boolean) | undefined
  /** Absent: order of first appearance. */
  readonly compare?: ((a: Row, b: Row) => number) | undefined
  readonly toggled: ReadonlySet<string>
  readonly allCollapsed: boolean
}

export function isFoldKey(key: NodeKey | FoldKey): key is FoldKey {
  return key.startsWith('calls:')
}

/** Where a line stands; -1 when it does not. */
export function placeIn(order: FlatOrder, key: NodeKey | FoldKey): number {
  return order.rows.findIndex((row) => row.key === key)
}

/** Arranges all rows. Linear in their number, times the sort. */
export function flatten(options: FlattenOptions): FlatOrder {
  return options.arrangement === 'flat' ? flattenList(options) : flattenTree(options)
}

function flattenList({ rows, passes, compare }: FlattenOptions): FlatOrder {
  const list: Row[] = []
  for (const row of rows.values()) if (row.node === 'task' && (passes?.(row) ?? true)) list.push(row)
  list.sort(compare ?? ((a, b) => a.ord - b.ord))
  return {
    rows: list.map((row, place) => ({
      key: row.key,
      level: 1,
      posInSet: place + 1,
      setSize: list.length,
      expanded: undefined,
      calls: undefined,
    })),
    matches: list.length,
  }
}

/** Calls of one parent and source that stand in one line. */
interface Fold {
  readonly fold: FoldKey
  readonly calls: readonly IndexedNode[]
}

/** One set of siblings that is being walked. */
interface Walk {
  readonly siblings: readonly (IndexedNode | Fold)[]
  readonly level: number
  next: number
}

function flattenTree(options: FlattenOptions): FlatOrder {
  const { rows, roots, passes, toggled, allCollapsed, total } = options
  const kept = passes === undefined ? undefined : keepWithAncestors(rows, passes)
  const flat: FlatRow[] = []
  // An explicit stack: a chain of tasks may be deeper than the engine's own.
  const walks: Walk[] = [{ siblings: arrange(options, roots, undefined, kept?.keys), level: 1, next: 0 }]
  for (let walk = walks.at(-1); walk !== undefined; walk = walks.at(-1)) {
    const { siblings, level } = walk
    const entry = siblings[walk.next]
    if (entry === undefined) {
      walks.pop()
      continue
    }
    walk.next += 1
    const posInSet = walk.next
    const setSize = siblings.length
    if ('fold' in entry) {
      const expanded = kept !== undefined || toggled.has(entry.fold)
      flat.push({ key: entry.fold, level, posInSet, setSize, expanded, calls: entry.calls.length })
      if (expanded) walks.push({ siblings: entry.calls, level: level + 1, next: 0 })
      continue
    }
    const { key } = entry
    const below = entry.children.length === 0 ? nobody : arrange(options, entry.children, key, kept?.keys)
    const expanded = below.length === 0 ? undefined : kept !== undefined || toggled.has(key) === allCollapsed
    flat.push({ key, level, posInSet, setSize, expanded, calls: undefined })
    if (expanded === true) walks.push({ siblings: below, level: level + 1, next: 0 })
  }
  return { rows: flat, matches: kept?.matches ?? total }
}

const nobody: readonly IndexedNode[] = []

/** What stands under one parent: filtered, sorted, owners replaced by their children, calls folded. */
function arrange(
  { rows, compare }: FlattenOptions,
  nodes: readonly IndexedNode[],
  parent: NodeKey | undefined,
  kept: ReadonlySet<NodeKey> | undefined,
): readonly (IndexedNode | Fold)[] {
  let found = nodes
  if (kept !== undefined) found = found.filter(({ key }) => kept.has(key))
  if (found.some(isOwner)) found = withoutOwners(found, kept)
  if (compare !== undefined) {
    found = found.toSorted((a, b) => {
      const left = rows.get(a.key)
      const right = rows.get(b.key)
      return left === undefined || right === undefined ? a.ord - b.ord : compare(left, right)
    })
  }
  return found.some(({ node }) => node === 'call') ? fold(found, parent) : found
}

function withoutOwners(nodes: readonly IndexedNode[], kept: ReadonlySet<NodeKey> | undefined): readonly IndexedNode[] {
  const found: IndexedNode[] = []
  const rest = [...nodes]
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (!isOwner(node)) found.push(node)
    else for (const child of node.children) if (kept === undefined || kept.has(child.key)) rest.push(child)
  }
  return found.sort((a, b) => a.ord - b.ord)
}

function fold(found: readonly IndexedNode[], parent: NodeKey | undefined): readonly (IndexedNode | Fold)[] {
  const entries: (IndexedNode | Fold)[] = []
  const folds = new Map<FoldKey, IndexedNode[]>()
  for (const node of found) {
    if (node.node !== 'call') {
      entries.push(node)
      continue
    }
    const key: FoldKey = `calls:${node.source}:${parent ?? ''}`
    const calls = folds.get(key)
    if (calls === undefined) {
      const first = [node]
      folds.set(key, first)
      entries.push({ fold: key, calls: first })
    } else calls.push(node)
  }
  return entries
}

function keepWithAncestors(
  rows: ReadonlyMap<NodeKey, Row>,
  passes: (row: Row) => boolean,
): { readonly keys: ReadonlySet<NodeKey>; readonly matches: number } {
  const keys = new Set<NodeKey>()
  let matches = 0
  for (const row of rows.values()) {
    if (isOwner(row) || !passes(row)) continue
    if (row.node === 'task') matches += 1
    let at: Row | undefined = row
    while (at !== undefined && !keys.has(at.key)) {
      keys.add(at.key)
      at = at.parent === undefined ? undefined : rows.get(at.parent)
    }
  }
  return { keys, matches }
}
