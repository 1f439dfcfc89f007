/**
 * Spans and logs by trace id. Those of a trace that a task belongs to are handed on at once; others wait a while for
 * their task, since programs tell of spans before, while and after we hear of it. Bounded in every direction, and
 * whatever is let go is counted. Pure: time is handed in.
 */
import type { ReceivedLog } from '../../model/received.ts'
import type { SpanData } from '../../model/span.ts'
import type { ReceiveLimits } from './limits.ts'
import type { LossReason } from './receive-counts.ts'

/** What is handed on of one trace. */
export interface TraceBatch {
  readonly traceId: string
  readonly spans: readonly SpanData[]
  readonly logs: readonly ReceivedLog[]
  /** About what they take up, bytes. */
  readonly bytes: number
  /** Spans and logs of it that were not kept since the batch before. */
  readonly lost: number
}

interface Draft {
  spans: SpanData[]
  logs: ReceivedLog[]
  bytes: number
  lost: number
}

/** What is remembered of a trace for as long as it is known or waits. */
interface Book {
  readonly spanIds: Set<string>
  items: number
  bytes: number
}

interface Waiting extends Book, Draft {
  readonly since: number
}

export type ShelfLimits = Pick<
  ReceiveLimits,
  'traceItems' | 'traceBytes' | 'knownItems' | 'waitingItems' | 'waitingBytes' | 'waitingMs'
>

export class TraceShelf {
  readonly #limits: ShelfLimits
  /** Traces with a task. */
  readonly #known = new Set<string>()
  /** Of those of them of which something came, the oldest first. */
  readonly #books = new Map<string, Book>()
  #booked = 0
  /** In the order in which they came first. */
  readonly #waiting = new Map<string, Waiting>()
  #ready = new Map<string, Draft>()
  #waitingItems = 0
  #waitingBytes = 0
  readonly lost: Partial<Record<LossReason, number>> = {}
  matched = 0
  repeated = 0

  constructor(limits: ShelfLimits) {
    this.#limits = limits
  }

  get waiting(): number {
    return this.#waitingItems
  }

  /** A task of this trace is there: what waits for it is handed on. */
  know(traceId: string): void {
    if (this.#known.has(traceId)) return
    this.#known.add(traceId)
    const waiting = this.#waiting.get(traceId)
    if (waiting === undefined) return
    this.#takeAway(traceId, waiting)
    const { spans, logs, bytes, lost, items, spanIds } = waiting
    this.#books.set(traceId, { spanIds, items, bytes })
    this.#booked += items
    this.#ready.set(traceId, { spans, logs, bytes, lost })
    this.matched += spans.length + logs.length
  }

  /** The last task of this trace is gone. */
  forget(traceId: string): void {
    this.#known.delete(traceId)
    this.#closeBook(traceId)
  }

  /** Returns whether it is kept; a repetition counts as kept, for it is there. */
  addSpan(span: SpanData, now: number): boolean {
    return this.#add(span.traceId, sizeOf(span), now, span.spanId, (draft) => draft.spans.push(span))
  }

  addLog(log: ReceivedLog, now: number): boolean {
    return this.#add(log.traceId, sizeOf(log), now, undefined, (draft) => draft.logs.push(log))
  }

  /** What is to be handed on now; it is handed on once. */
  take(): readonly TraceBatch[] {
    const batches = Array.from(this.#ready, ([traceId, draft]) => ({ traceId, ...draft }))
    this.#ready = new Map()
    return batches
  }

  /** Lets go of what has waited too long. */
  expire(now: number): void {
    for (const [traceId, waiting] of this.#waiting) {
      if (now - waiting.since < this.#limits.waitingMs) break
      this.#letGo(traceId, waiting, 'unmatched')
    }
  }

  miss(reason: LossReason, count: number): void {
    if (count > 0) this.lost[reason] = (this.lost[reason] ?? 0) + count
  }

  #add(traceId: string, bytes: number, now: number, spanId: string | undefined, put: (draft: Draft) => void): boolean {
    const known = this.#known.has(traceId)
    const book = known ? this.#bookOf(traceId) : this.#waitingOf(traceId, now)
    if (spanId !== undefined && book.spanIds.has(spanId)) {
      this.repeated += 1
      return true
    }
    const draft = known ? this.#draftOf(traceId) : (book as Waiting)
    const { traceItems, traceBytes, waitingItems, waitingBytes } = this.#limits
    if (book.items >= traceItems || book.bytes + bytes > traceBytes) {
      draft.lost += 1
      this.miss('full', 1)
      return false
    }
    if (spanId !== undefined) book.spanIds.add(spanId)
    book.items += 1
    book.bytes += bytes
    put(draft)
    if (known) {
      draft.bytes += bytes
      this.matched += 1
      this.#booked += 1
      const [oldest] = this.#books.keys()
      // Without its book a trace no longer knows repetitions, and counts anew.
      if (this.#booked > this.#limits.knownItems && oldest !== undefined) this.#closeBook(oldest)
      return true
    }
    this.#waitingItems += 1
    this.#waitingBytes += bytes
    // The newest trace stays: its task is the likeliest to come yet.
    for (const [oldest, waiting] of this.#waiting) {
      if (this.#waitingItems <= waitingItems && this.#waitingBytes <= waitingBytes) break
      this.#letGo(oldest, waiting, 'crowded')
    }
    return this.#waiting.has(traceId)
  }

  #bookOf(traceId: string): Book {
    let book = this.#books.get(traceId)
    if (book === undefined) {
      book = { spanIds: new Set(), items: 0, bytes: 0 }
      this.#books.set(traceId, book)
    }
    return book
  }

  #closeBook(traceId: string): void {
    this.#booked -= this.#books.get(traceId)?.items ?? 0
    this.#books.delete(traceId)
  }

  #draftOf(traceId: string): Draft {
    let draft = this.#ready.get(traceId)
    if (draft === undefined) {
      draft = { spans: [], logs: [], bytes: 0, lost: 0 }
      this.#ready.set(traceId, draft)
    }
    return draft
  }

  #waitingOf(traceId: string, now: number): Waiting {
    let waiting = this.#waiting.get(traceId)
    if (waiting === undefined) {
      waiting = { spanIds: new Set(), items: 0, bytes: 0, spans: [], logs: [], lost: 0, since: now }
      this.#waiting.set(traceId, waiting)
    }
    return waiting
  }

  #takeAway(traceId: string, waiting: Waiting): void {
    this.#waiting.delete(traceId)
    this.#waitingItems -= waiting.items
    this.#waitingBytes -= waiting.bytes
  }

  #letGo(traceId: string, waiting: Waiting, reason: LossReason): void {
    this.#takeAway(traceId, waiting)
    this.miss(reason, waiting.items)
  }
}

/** About the memory that plain data takes up, bytes. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length * 2
  if (typeof value !== 'object' || value === null) return 8
  let size = 32
  for (const part of Object.values(value)) size += 16 + sizeOf(part)
  return size
}
