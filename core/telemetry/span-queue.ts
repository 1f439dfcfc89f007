/**
 * Where spans wait for one collector, and the books about those that never got there. Two kinds exist: in memory, and
 * on disk, where they outlive this process.
 */
import type { SpanData } from '../model/span.ts'
import type { LaterSpan } from './span-sink.ts'

/**
 * Why spans are not known to be delivered. All but the last are certainly not there.
 * - `overflow`: the queue was full and the oldest had to go
 * - `expired`: they had waited longer than spans are kept
 * - `damaged`: they could not be read back from disk
 * - `refused`: the collector would never take the request
 * - `rejected`: the collector took the request and not these spans of it (OTLP partial success)
 * - `closed`: the application ended before they went, and they were only in memory
 * - `unconfirmed`: they were given up for one of these reasons, but an earlier request with them had no answer and may
 *   have arrived; or the answer that would name rejected ones was cut off. They may be there
 */
export type DropReason = 'overflow' | 'expired' | 'damaged' | 'refused' | 'rejected' | 'closed' | 'unconfirmed'

export type Drops = Readonly<Record<DropReason, number>>

export const noDrops: Drops = {
  overflow: 0,
  expired: 0,
  damaged: 0,
  refused: 0,
  rejected: 0,
  closed: 0,
  unconfirmed: 0,
}

/** Spans that are given up, as the books hold it. */
export interface Drop {
  readonly reason: DropReason
  readonly count: number
  /** What the collector said, in one sentence without credentials. */
  readonly text?: string | undefined
}

/** Spans that travel together. The same batch comes again, whole, when it was given back. */
export interface SpanBatch {
  readonly spans: readonly SpanData[]
  /** An earlier request with it had no answer that says whether it arrived. */
  readonly unsure: boolean
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
  /** As `push`, where a span need not be made to wait. */
  pushLater?(span: LaterSpan): void
  /** The oldest batch; one that is not full only when `partly`. It stays the queue's until settled or given back. */
  take(partly: boolean): SpanBatch | undefined
  /**
   * The collector has answered for good. `dropped` says how many spans of the batch it did not keep; of an unsure
   * batch they count as `unconfirmed`.
   */
  settle(batch: SpanBatch, dropped?: Drop): void
  /**
   * There was no answer, or one that says "later": the batch waits again, before younger ones. `unsure` when the
   * request may have arrived nevertheless.
   */
  giveBack(batch: SpanBatch, unsure: boolean): void
  /** Counts spans that never came into the queue. */
  drop(reason: DropReason, count: number): void
  /** Brings everything to disk that is not there, where there is a disk. */
  write(): void
  /** Frees everything. What is on disk stays there; what is only in memory is dropped as `closed`. */
  close(): void
}

/** Spans in one request. */
export const maxBatch = 1024

/**
 * Spans and their events in one request: a span with more goes alone. Without a bound, spans full of log lines would make
 * a request that is longer than the 4 MiB that gRPC servers take, and be lost together.
 */
export const maxBatchParts = 4096

export function partsOf(span: SpanData): number {
  return 1 + span.events.length
}
