/**
 * A viewer's copy of the rows. Snapshots and deltas come in; out comes what changed since it was last asked. Frozen,
 * it stands still and gathers the newest picture of every row that changed.
 */
import type { NodeKey } from '../model/identity.ts'
import type { Row } from '../model/row.ts'

export interface RowChange {
  /** Rows that are new or another; each is in `rows`. */
  readonly changed: readonly NodeKey[]
  readonly removed: readonly NodeKey[]
  /** Rows came, went or moved, so the order has to be made anew. Else only their contents are another. */
  readonly structural: boolean
  /** Everything that was known before is void. */
  readonly reset: boolean
}

export class RowMirror {
  readonly rows = new Map<NodeKey, Row>()
  private held: Map<NodeKey, Row | undefined> | undefined
  private changed = new Set<NodeKey>()
  private removed = new Set<NodeKey>()
  private structural = false
  private wasReset = false
  /** During a snapshot: the keys it has brought so far. */
  private brought: Set<NodeKey> | undefined

  get frozen(): boolean {
    return this.held !== undefined
  }

  get waiting(): number {
    return this.held?.size ?? 0
  }

  /** Takes one chunk. With the last one, rows that the snapshot lacks go. */
  snapshot(chunk: number, of: number, rows: readonly Row[]): void {
    if (chunk === 0) this.brought = new Set()
    for (const row of rows) {
      this.brought?.add(row.key)
      this.set(row)
    }
    if (chunk + 1 < of || this.brought === undefined) return
    for (const key of this.knownKeys()) if (!this.brought.has(key)) this.remove(key)
    this.brought = undefined
  }

  delta(rows: readonly Row[], removed: readonly NodeKey[]): void {
    for (const row of rows) this.set(row)
    for (const key of removed) this.remove(key)
  }

  /** Drops everything, the freeze too. */
  reset(): void {
    for (const key of this.rows.keys()) this.removed.add(key)
    this.rows.clear()
    this.held = undefined
    this.brought = undefined
    this.changed.clear()
    this.structural = true
    this.wasReset = true
  }

  freeze(): void {
    this.held ??= new Map()
  }

  thaw(): void {
    const held = this.held
    this.held = undefined
    for (const [key, row] of held ?? []) {
      if (row === undefined) this.remove(key)
      else this.set(row)
    }
  }

  /** What changed since the last call; nothing when nothing did. */
  takeChange(): RowChange | undefined {
    if (this.changed.size === 0 && this.removed.size === 0 && !this.wasReset) return undefined
    const { structural } = this
    const change = { changed: [...this.changed], removed: [...this.removed], structural, reset: this.wasReset }
    this.changed = new Set()
    this.removed = new Set()
    this.structural = false
    this.wasReset = false
    return change
  }

  private *knownKeys(): Generator<NodeKey> {
    yield* [...this.rows.keys()]
    if (this.held !== undefined) yield* [...this.held.keys()]
  }

  private set(row: Row): void {
    if (this.held !== undefined) {
      this.held.set(row.key, row)
      return
    }
    const before = this.rows.get(row.key)
    if (before === undefined || before.parent !== row.parent || before.ord !== row.ord) this.structural = true
    this.rows.set(row.key, row)
    this.changed.add(row.key)
    this.removed.delete(row.key)
  }

  private remove(key: NodeKey): void {
    if (this.held !== undefined) {
      if (this.rows.has(key)) this.held.set(key, undefined)
      else this.held.delete(key)
      return
    }
    if (!this.rows.delete(key)) return
    this.structural = true
    this.changed.delete(key)
    this.removed.add(key)
  }
}
