import { assert } from '../model/assert.ts'
import type { SpanData } from '../model/span.ts'

/** A queue of bounded length that lets its oldest span go for a new one. */
export interface SpanQueue {
  readonly size: number
  /** Returns whether an older span had to go. */
  push(span: SpanData): boolean
  /** Takes the oldest spans out, at most `max`. */
  take(max: number): SpanData[]
}

export function createSpanQueue(capacity: number): SpanQueue {
  assert(capacity > 0, 'a queue holds at least one span')
  const slots: (SpanData | undefined)[] = []
  let head = 0
  let size = 0

  function push(span: SpanData): boolean {
    const full = size === capacity
    // When full, the slot of the oldest is the slot of the newest.
    const slot = (head + size) % capacity
    if (slot === slots.length) slots.push(span)
    else slots[slot] = span
    if (full) head = (head + 1) % capacity
    else size += 1
    return full
  }

  function take(max: number): SpanData[] {
    const taken: SpanData[] = []
    while (size > 0 && taken.length < max) {
      const span = slots[head]
      if (span !== undefined) taken.push(span)
      slots[head] = undefined
      head = (head + 1) % capacity
      size -= 1
    }
    return taken
  }

  return {
    get size() {
      return size
    },
    push,
    take,
  }
}
