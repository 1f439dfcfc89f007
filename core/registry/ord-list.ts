/**
 * Entries in order of first appearance, with a cheap end and a cheap seek: appending and removing cost O(1) on
 * average, finding the first entry after a place costs O(log n).
 */
import type { Entry } from './entry.ts'

/** Below this many removed entries a list is not worth packing. */
const packFrom = 32

export class OrdList {
  private entries: Entry[] = []
  private gone = 0

  get size(): number {
    return this.entries.length - this.gone
  }

  append(entry: Entry): void {
    this.entries.push(entry)
  }

  /** Inserts an entry that appeared earlier than the last one. */
  insert(entry: Entry): void {
    this.entries.splice(this.firstAfter(entry.ord), 0, entry)
  }

  /** Takes out an entry whose `gone` is set. */
  removeGone(): void {
    this.gone += 1
    if (this.gone > packFrom && this.gone * 2 > this.entries.length) {
      this.entries = this.entries.filter((entry) => !entry.gone)
      this.gone = 0
    }
  }

  /** Takes out an entry that lives on elsewhere. */
  take(entry: Entry): void {
    const at = this.entries.indexOf(entry)
    if (at >= 0) this.entries.splice(at, 1)
  }

  /** Up to `limit` entries that come after `ord`, in order. */
  after(ord: number, limit: number): Entry[] {
    const page: Entry[] = []
    for (let index = this.firstAfter(ord); index < this.entries.length && page.length < limit; index += 1) {
      const entry = this.entries[index]
      if (entry !== undefined && !entry.gone) page.push(entry)
    }
    return page
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (const entry of this.entries) if (!entry.gone) yield entry
  }

  private firstAfter(ord: number): number {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.entries[middle]
      if (entry !== undefined && entry.ord <= ord) low = middle + 1
      else high = middle
    }
    return low
  }
}
