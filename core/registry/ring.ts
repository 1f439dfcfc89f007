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

class ShortRing<T> implements Ring<T> {
  readonly capacity: number
  dropped = 0
  /** Where the oldest item stands once the ring is full. */
  private oldest = 0
  private count = 0
  // Most rings stay short, and there are many: up to two items need no list, which would be two more objects.
  private first: T | undefined = undefined
  private second: T | undefined = undefined
  private items: T[] | undefined = undefined

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.count
  }

  push(item: T): T | undefined {
    if (this.items === undefined && this.count < 2 && this.count < this.capacity) {
      if (this.count === 0) this.first = item
      else this.second = item
      this.count += 1
      return undefined
    }
    this.items ??= this.spill()
    if (this.count < this.capacity) {
      this.items.push(item)
      this.count += 1
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
    const { items, oldest } = this
    if (items === undefined) return this.inline()
    return oldest === 0 ? items.slice() : items.slice(oldest).concat(items.slice(0, oldest))
  }

  toBounded(): Bounded<T> {
    return { items: this.toArray(), dropped: this.dropped }
  }

  private inline(): T[] {
    if (this.count === 0) return []
    return this.count === 1 ? [this.first as T] : [this.first as T, this.second as T]
  }

  private spill(): T[] {
    const items = this.inline()
    this.first = undefined
    this.second = undefined
    return items
  }
}

/** Makes an empty ring; `capacity` is at least 1. */
export function createRing<T>(capacity: number): Ring<T> {
  return new ShortRing<T>(capacity)
}
