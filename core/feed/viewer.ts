/**
 * One viewer of the registry: what it has, what it still lacks, and how far it is behind. It gets keys to look up, not
 * a queue, so one that stops acknowledging costs no more memory than the keys of the registry.
 */
import type { Timers } from '../model/clock.ts'
import type { Lane } from '../model/detail.ts'
import type { NodeKey } from '../model/identity.ts'
import type { Row } from '../model/row.ts'
import type { Registry } from '../registry/registry.ts'
import type { AppStatus } from './app-status.ts'
import { createPacer } from './pacer.ts'
import {
  creditWindow,
  type DownMessage,
  detailIntervalMs,
  flushIntervalMs,
  maxRowsPerMessage,
  type UpMessage,
} from './protocol.ts'
import { WatchedTrace } from './watched-trace.ts'

export interface ViewerOptions {
  readonly registry: Registry
  readonly status: () => AppStatus
  readonly timers: Timers
  readonly post: (message: DownMessage) => void
}

/** What a viewer wants beside rows. */
export type ViewerWish = Pick<Extract<UpMessage, { type: 'watch' }>, 'detail' | 'lanes' | 'trace'>

/** So many removed keys may wait beyond the number of rows; then a new snapshot says it shorter. */
const removedSlack = 10_000

export class Viewer {
  private readonly options: ViewerOptions
  /** Rows that changed or went since they were sent. Looked up when their turn comes. */
  private readonly dirty = new Set<NodeKey>()
  private snapshot: { readonly keys: readonly NodeKey[]; chunk: number } | undefined
  private sent = 0
  private acknowledged = 0
  private detail: NodeKey | undefined
  /** The nodes above the watched one: its picture shows their stack. */
  private above: ReadonlySet<NodeKey> = new Set()
  private detailDirty = false
  private lanes: ReadonlySet<NodeKey> = new Set()
  private readonly dirtyLanes = new Set<NodeKey>()
  private trace: WatchedTrace | undefined
  private statusDirty = true
  private sentStatus = ''
  /** Messages without a number went out; a numbered one has to follow, so that the viewer acknowledges them. */
  private numberOwed = false
  private readonly rowPacer
  private readonly sidePacer

  constructor(options: ViewerOptions) {
    this.options = options
    this.rowPacer = createPacer(options.timers, flushIntervalMs, () => this.sendRows())
    this.sidePacer = createPacer(options.timers, detailIntervalMs, () => this.sendSides())
  }

  /** Sends all rows (again). */
  start(): void {
    this.dirty.clear()
    this.snapshot = { keys: this.options.registry.keys(), chunk: 0 }
    this.statusDirty = true
    this.sentStatus = ''
    this.detailDirty = this.detail !== undefined
    for (const key of this.lanes) this.dirtyLanes.add(key)
    if (this.trace !== undefined) this.trace = new WatchedTrace(this.options.registry, this.trace.traceId)
    this.rowPacer.request()
    this.sidePacer.request()
  }

  close(): void {
    this.rowPacer.close()
    this.sidePacer.close()
    this.dirty.clear()
    this.dirtyLanes.clear()
    this.trace = undefined
    this.snapshot = undefined
  }

  acknowledge(n: number): void {
    if (n > this.sent || n <= this.acknowledged) return
    this.acknowledged = n
    if (this.snapshot !== undefined) this.sendRows()
    else if (this.rowsWait()) this.rowPacer.request()
    if (this.trace?.loading === true) this.sendTrace()
    if (this.sidesWait()) this.sidePacer.request()
  }

  watch({ detail, lanes, trace }: ViewerWish): void {
    const fresh = lanes.filter((key) => !this.lanes.has(key))
    this.lanes = new Set(lanes)
    for (const key of this.dirtyLanes) if (!this.lanes.has(key)) this.dirtyLanes.delete(key)
    for (const key of fresh) this.dirtyLanes.add(key)
    this.detailDirty = detail !== undefined && (this.detailDirty || detail !== this.detail)
    this.detail = detail
    this.above = this.ancestorsOf(detail)
    if (trace !== this.trace?.traceId) {
      this.trace = trace === undefined ? undefined : new WatchedTrace(this.options.registry, trace)
    }
    if (this.sidesWait()) this.sidePacer.request()
  }

  traceChanged(traceId: string): void {
    if (this.trace?.traceId !== traceId) return
    this.trace.touch()
    this.sidePacer.request()
  }

  rowChanged(key: NodeKey): void {
    this.dirty.add(key)
    if (this.dirty.size > this.options.registry.size + removedSlack) this.start()
    else this.rowPacer.request()
    this.detailChanged(key)
  }

  detailChanged(key: NodeKey): void {
    // Told of every event of every node; mostly nobody looks at one.
    const seen = key === this.detail || (this.above.size > 0 && this.above.has(key))
    const lane = this.lanes.size > 0 && this.lanes.has(key)
    if (seen) this.detailDirty = true
    if (lane) this.dirtyLanes.add(key)
    const traced = this.trace?.changed(key) === true
    if (seen || lane || traced) this.sidePacer.request()
  }

  /** Rows that have changed and were not sent yet. */
  get waiting(): number {
    return this.dirty.size
  }

  statusChanged(): void {
    this.statusDirty = true
    this.sidePacer.request()
  }

  private hasCredit(): boolean {
    return this.sent - this.acknowledged < creditWindow
  }

  private sendRows(): void {
    while (this.snapshot !== undefined && this.hasCredit()) this.sendChunk(this.snapshot)
    if (this.snapshot !== undefined || !this.rowsWait() || !this.hasCredit()) return
    this.sendDelta()
    if (this.dirty.size > 0) this.rowPacer.request()
    if (this.sidesWait()) this.sidePacer.request()
  }

  private sendChunk(snapshot: { readonly keys: readonly NodeKey[]; chunk: number }): void {
    const from = snapshot.chunk * maxRowsPerMessage
    const of = Math.max(1, Math.ceil(snapshot.keys.length / maxRowsPerMessage))
    const rows: Row[] = []
    for (const key of snapshot.keys.slice(from, from + maxRowsPerMessage)) {
      const row = this.options.registry.row(key)
      if (row === undefined) continue
      rows.push(row)
      this.dirty.delete(key)
    }
    this.options.post({ type: 'snapshot', n: this.nextNumber(), chunk: snapshot.chunk, of, rows })
    snapshot.chunk += 1
    if (snapshot.chunk < of) return
    this.snapshot = undefined
    if (this.dirty.size > 0) this.rowPacer.request()
  }

  private sendDelta(): void {
    const rows: Row[] = []
    const removed: NodeKey[] = []
    for (const key of this.dirty) {
      if (rows.length + removed.length === maxRowsPerMessage) break
      const row = this.options.registry.row(key)
      if (row === undefined) removed.push(key)
      else rows.push(row)
      this.dirty.delete(key)
    }
    this.options.post({ type: 'delta', n: this.nextNumber(), rows, removed })
  }

  /** What goes beside rows, only to a viewer that keeps up. */
  private sendSides(): void {
    if (!this.sidesWait() || !this.hasCredit() || this.numberOwed) return
    if (this.statusDirty) this.sendStatus()
    const { registry, post } = this.options
    if (this.detailDirty && this.detail !== undefined) {
      this.above = this.ancestorsOf(this.detail)
      const detail = registry.detail(this.detail)
      post({ type: 'detail', key: this.detail, ...(detail === undefined ? {} : { detail }) })
    }
    if (this.dirtyLanes.size > 0) post({ type: 'lanes', lanes: this.freshLanes() })
    if (this.detailDirty || this.dirtyLanes.size > 0) this.numberOwed = true
    this.detailDirty = false
    this.dirtyLanes.clear()
    this.sendTrace()
    if (this.numberOwed) this.rowPacer.request()
  }

  private sendTrace(): void {
    while (this.trace?.waits === true && this.hasCredit()) this.options.post(this.trace.takePart(this.nextNumber()))
  }

  private sendStatus(): void {
    const status = this.options.status()
    const text = JSON.stringify(status)
    this.statusDirty = false
    if (text === this.sentStatus) return
    this.sentStatus = text
    this.options.post({ type: 'status', status })
    this.numberOwed = true
  }

  private ancestorsOf(key: NodeKey | undefined): ReadonlySet<NodeKey> {
    const above = new Set<NodeKey>()
    let parent = key && this.options.registry.row(key)?.parent
    while (parent !== undefined && !above.has(parent)) {
      above.add(parent)
      parent = this.options.registry.row(parent)?.parent
    }
    return above
  }

  private rowsWait(): boolean {
    return this.dirty.size > 0 || this.numberOwed
  }

  private sidesWait(): boolean {
    return this.statusDirty || this.detailDirty || this.dirtyLanes.size > 0 || this.trace?.waits === true
  }

  private freshLanes(): Lane[] {
    const lanes: Lane[] = []
    for (const key of this.dirtyLanes) {
      const lane = this.options.registry.lane(key)
      if (lane !== undefined) lanes.push(lane)
    }
    return lanes
  }

  private nextNumber(): number {
    this.sent += 1
    this.numberOwed = false
    return this.sent
  }
}
