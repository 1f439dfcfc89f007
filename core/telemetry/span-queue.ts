/**
 * Where spans wait for one collector, and the books about those that never got there. Two kinds exist: in memory, and
 * on disk, where they outlive this process.
 */
import type { SpanData } from '../model/span.ts'

/**
 * Why spans were not delivered.
 * - `overflow`: the queue was full and the oldest had to go
 * - `expired`: they had waited longer than spans are kept
 * - `damaged`: they could not be read back from disk
 * - `refused`: the collector would never take the request
 * - `rejected`: the collector took the request and not these spans of it (OTLP partial success)
 * - `closed`: the application ended before they went, and they were only in memory
 */
export type DropReason = 'overflow' | 'expired' | 'damaged' | 'refused' | 'rejected' | 'closed'

export type Drops = Readonly<Record<DropReason, number>>

export const noDrops: Drops = { overflow: 0, expired: 0, damaged: 0, refused: 0, rejected: 0, closed: 0 }

/** Spans that travel together. The same batch comes again, whole, when it was given back. */
export interface SpanBatch {
  readonly spans: readonly SpanData[]
}

export interface SpanQueue {
  readonly place: 'memory' | 'disk'
  /** Spans that are neither delivered nor dropped, those under way among them. */
  readonly size: number
  /** Spans that are not under way. */
  readonly waiting: number
  /** Whether a batch waits that need not wait for more spans. */
  readonly ready: boolean
  /** What is wrong with the place where spans are kept, in one sentence. */
  readonly problem: string | undefined
  /** Every drop that this queue knows of, those of earlier runs among them. */
  readonly drops: Drops
  push(span: SpanData): void
  /** The oldest batch; one that is not full only when `partly`. It stays the queue's until settled or given back. */
  take(partly: boolean): SpanBatch | undefined
  /** The collector has answered for good. `dropped` says which spans of the batch it did not keep. */
  settle(batch: SpanBatch, dropped?: { readonly reason: DropReason; readonly count: number }): void
  /** There was no answer, or one that says "later": the batch waits again, before younger ones. */
  giveBack(batch: SpanBatch): void
  /** Counts spans that never came into the queue. */
  drop(reason: DropReason, count: number): void
  /** Brings everything to disk that is not there, where there is a disk. */
  write(): void
  /** Frees everything. What is on disk stays there; what is only in memory is dropped as `closed`. */
  close(): void
}

/** Spans in one request. */
export const maxBatch = 512
