/**
 * A list that keeps its newest `capacity` items and counts those it let go. Grows as it fills, so an unused ring
 * costs next to nothing.
 */
import type { Bounded } from '../model/detail.ts'

export interface Ring<T> {
  /** Adds an item; returns the one that had to leave for it. */
  push(item: T): T | undefined
  /** Counts items that never reached this ring. */
  miss(count: number): void
  readonly size: number
  readonly dropped: number
  /** Oldest first. */
  toArray(): T[]
  toBounded(): Bounded<T>
}

const noItems: never[] = []

class ArrayRing<T> implements Ring<T> {
  readonly capacity: number
  dropped = 0
  /** Where the oldest item stands once the ring is full. */
  oldest = 0
  items: T[] = noItems

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.items.length
  }

  push(item: T): T | undefined {
    if (this.items.length < this.capacity) {
      // A literal has room for its items only, where a push would make room for seventeen more; most rings stay short.
      const [first] = this.items
      if (this.items.length === 0) this.items = [item]
      else if (this.items.length === 1) this.items = [first as T, item]
      else this.items.push(item)
      return undefined
    }
    const left = this.items[this.oldest]
    this.items[this.oldest] = item
    this.oldest = (this.oldest + 1) % this.capacity
    this.dropped += 1
    return left
  }

  miss(count: number): void {
    this.dropped += count
  }

  toArray(): T[] {
    return this.oldest === 0
      ? this.items.slice()
      : this.items.slice(this.oldest).concat(this.items.slice(0, this.oldest))
  }

  toBounded(): Bounded<T> {
    return { items: this.toArray(), dropped: this.dropped }
  }
}

/** Makes an empty ring; `capacity` is at least 1. */
export function createRing<T>(capacity: number): Ring<T> {
  return new ArrayRing<T>(capacity)
}
