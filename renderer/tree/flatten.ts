/**
 * The order in which rows stand on screen: pure, rebuilt only when structure, filter, sort or folding change.
 * Hosts and connections are listed among the sources, so their children take their place here; plain calls of one
 * parent and source are folded into one line.
 */
import { assert } from '../../core/model/assert.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'
import { isOwner } from '../state/row-index.ts'

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
  readonly calls?: number
}

export interface FlatOrder {
  readonly rows: readonly FlatRow[]
  /** Where each key stands, for keys and scrolling. */
  readonly places: ReadonlyMap<NodeKey | FoldKey, number>
  /** Tasks that pass the filter, whether or not they are folded away. */
  readonly matches: number
}

export interface FlattenOptions {
  readonly rows: ReadonlyMap<NodeKey, Row>
  readonly children: (parent: NodeKey | undefined) => readonly NodeKey[]
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

/** Arranges all rows. Linear in their number, times the sort. */
export function flatten(options: FlattenOptions): FlatOrder {
  return options.arrangement === 'flat' ? flattenList(options) : flattenTree(options)
}

function flattenList({ rows, passes, compare }: FlattenOptions): FlatOrder {
  const list: Row[] = []
  for (const row of rows.values()) if (row.node === 'task' && (passes?.(row) ?? true)) list.push(row)
  list.sort(compare ?? ((a, b) => a.ord - b.ord))
  const flat = list.map(
    (row, place): FlatRow => ({
      key: row.key,
      level: 1,
      posInSet: place + 1,
      setSize: list.length,
      expanded: undefined,
    }),
  )
  return finish(flat, list.length)
}

interface Pending {
  readonly entry: Entry
  readonly level: number
  readonly posInSet: number
  readonly setSize: number
}

/** One line among its siblings: a row, or the calls that are folded into one. */
type Entry = { readonly row: Row } | { readonly fold: FoldKey; readonly calls: readonly Row[] }

function flattenTree(options: FlattenOptions): FlatOrder {
  const { rows, passes, toggled, allCollapsed } = options
  const kept = passes === undefined ? undefined : keepWithAncestors(rows, passes)
  const flat: FlatRow[] = []
  // An explicit stack: a chain of tasks may be deeper than the engine's own.
  const stack: Pending[] = []
  push(stack, siblings(options, undefined, kept?.keys), 1)
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { entry, level, posInSet, setSize } = next
    if ('fold' in entry) {
      const expanded = kept !== undefined || toggled.has(entry.fold)
      flat.push({ key: entry.fold, level, posInSet, setSize, expanded, calls: entry.calls.length })
      if (expanded) {
        push(
          stack,
          entry.calls.map((row) => ({ row })),
          level + 1,
        )
      }
      continue
    }
    const { key } = entry.row
    const below = siblings(options, key, kept?.keys)
    const expanded = below.length === 0 ? undefined : kept !== undefined || toggled.has(key) === allCollapsed
    flat.push({ key, level, posInSet, setSize, expanded })
    if (expanded === true) push(stack, below, level + 1)
  }
  return finish(flat, kept?.matches ?? countTasks(rows))
}

function push(stack: Pending[], entries: readonly Entry[], level: number): void {
  for (let place = entries.length - 1; place >= 0; place -= 1) {
    const entry = entries[place]
    assert(entry !== undefined, 'an entry within its own list')
    stack.push({ entry, level, posInSet: place + 1, setSize: entries.length })
  }
}

function siblings(
  { rows, children, compare }: FlattenOptions,
  parent: NodeKey | undefined,
  kept: ReadonlySet<NodeKey> | undefined,
): readonly Entry[] {
  const found: Row[] = []
  let hasCalls = false
  let hasOwners = false
  const visit = (above: NodeKey | undefined): void => {
    for (const key of children(above)) {
      if (kept !== undefined && !kept.has(key)) continue
      const row = rows.get(key)
      if (row === undefined) continue
      if (isOwner(row)) {
        hasOwners = true
        visit(key)
      } else {
        hasCalls ||= row.node === 'call'
        found.push(row)
      }
    }
  }
  visit(parent)
  // What stands without its parent (it has not arrived, or was let go) would else never be seen.
  if (parent === undefined) hasOwners = addStrays(rows, children, kept, found) || hasOwners
  if (compare !== undefined) found.sort(compare)
  else if (hasOwners) found.sort((a, b) => a.ord - b.ord)
  return hasCalls ? fold(found, parent) : found.map((row) => ({ row }))
}

function addStrays(
  rows: ReadonlyMap<NodeKey, Row>,
  children: FlattenOptions['children'],
  kept: ReadonlySet<NodeKey> | undefined,
  found: Row[],
): boolean {
  const orphanages = new Set<NodeKey>()
  for (const row of rows.values()) {
    if (row.parent !== undefined && !rows.has(row.parent)) orphanages.add(row.parent)
  }
  for (const parent of orphanages) {
    for (const key of children(parent)) {
      const row = rows.get(key)
      if (row !== undefined && (kept === undefined || kept.has(key))) found.push(row)
    }
  }
  return orphanages.size > 0
}

function fold(found: readonly Row[], parent: NodeKey | undefined): readonly Entry[] {
  const entries: Entry[] = []
  const folds = new Map<FoldKey, Row[]>()
  for (const row of found) {
    if (row.node !== 'call') {
      entries.push({ row })
      continue
    }
    const key: FoldKey = `calls:${row.source}:${parent ?? ''}`
    const calls = folds.get(key)
    if (calls === undefined) {
      const first = [row]
      folds.set(key, first)
      entries.push({ fold: key, calls: first })
    } else calls.push(row)
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

function countTasks(rows: ReadonlyMap<NodeKey, Row>): number {
  let count = 0
  for (const row of rows.values()) if (row.node === 'task') count += 1
  return count
}

function finish(rows: readonly FlatRow[], matches: number): FlatOrder {
  const places = new Map<NodeKey | FoldKey, number>()
  for (const [place, { key }] of rows.entries()) places.set(key, place)
  return { rows, places, matches }
}
