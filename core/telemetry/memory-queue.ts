/** A queue in memory, of bounded length: it lets its oldest span go for a new one. Spans are made when they leave. */
import { assert } from '../model/assert.ts'
import type { SpanData } from '../model/span.ts'
import {
  type DropReason,
  maxBatch,
  maxBatchParts,
  noDrops,
  partsOf,
  type SpanBatch,
  type SpanQueue,
} from './span-queue.ts'
import type { LaterSpan } from './span-sink.ts'

export function createMemoryQueue(capacity: number): SpanQueue {
  assert(capacity > 0, 'a queue holds at least one span')
  const slots: (SpanData | LaterSpan | undefined)[] = []
  let head = 0
  let inRing = 0
  /** Batches that come again; they are not pushed out by newer spans. */
  const again: SpanBatch[] = []
  let spansAgain = 0
  let underWay = 0
  const drops: Record<DropReason, number> = { ...noDrops }

  function push(span: SpanData | LaterSpan): void {
    const full = inRing === capacity
    // When full, the slot of the oldest is the slot of the newest.
    const slot = (head + inRing) % capacity
    if (slot === slots.length) slots.push(span)
    else slots[slot] = span
    if (full) {
      head = (head + 1) % capacity
      drops.overflow += 1
    } else inRing += 1
  }

  function take(partly: boolean): SpanBatch | undefined {
    const batch =
      again.shift() ?? (inRing >= maxBatch || (partly && inRing > 0) ? { spans: oldest(), unsure: false } : undefined)
    if (batch === undefined) return undefined
    underWay += batch.spans.length
    spansAgain = again.reduce((sum, { spans }) => sum + spans.length, 0)
    return batch
  }

  function oldest(): SpanData[] {
    const taken: SpanData[] = []
    let parts = 0
    while (inRing > 0 && taken.length < maxBatch) {
      const next = slots[head]
      if (next !== undefined) {
        const span = 'make' in next ? next.make() : next
        parts += partsOf(span)
        if (taken.length > 0 && parts > maxBatchParts) {
          slots[head] = span
          break
        }
        taken.push(span)
      }
      slots[head] = undefined
      head = (head + 1) % capacity
      inRing -= 1
    }
    return taken
  }

  return {
    place: 'memory',
    problem: undefined,
    drops,
    get size() {
      return inRing + spansAgain + underWay
    },
    get waiting() {
      return inRing + spansAgain
    },
    get ready() {
      return again.length > 0 || inRing >= maxBatch
    },
    push,
    pushLater: push,
    take,
    settle(batch, dropped) {
      underWay -= batch.spans.length
      if (dropped !== undefined) drops[batch.unsure ? 'unconfirmed' : dropped.reason] += dropped.count
    },
    giveBack(batch, unsure) {
      underWay -= batch.spans.length
      spansAgain += batch.spans.length
      again.push(unsure ? { ...batch, unsure } : batch)
    },
    drop(reason, count) {
      drops[reason] += count
    },
    write() {
      // There is no other place.
    },
    close() {
      const unsure = again.reduce((sum, batch) => sum + (batch.unsure ? batch.spans.length : 0), 0)
      drops.unconfirmed += unsure
      drops.closed += inRing + spansAgain + underWay - unsure
      again.length = 0
      slots.length = 0
      head = 0
      inRing = 0
      spansAgain = 0
      underWay = 0
    },
  }
}
