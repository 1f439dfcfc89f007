/**
 * Entries in order of first appearance, with a cheap end and a cheap seek: appending and removing cost O(1) on
 * average and a search, finding the first entry after a place costs O(log n). A removed entry is let go at once.
 */
import type { Entry } from './entry.ts'

/** Below this many removed entries a list is not worth packing. */
const packFrom = 32

export class OrdList {
  private ords: number[] = []
  private entries: (Entry | undefined)[] = []
  private holes = 0

  get size(): number {
    return this.entries.length - this.holes
  }

  append(entry: Entry): void {
    this.ords.push(entry.ord)
    this.entries.push(entry)
  }

  /** Inserts an entry that appeared earlier than the last one. */
  insert(entry: Entry): void {
    const at = this.firstAfter(entry.ord)
    this.ords.splice(at, 0, entry.ord)
    this.entries.splice(at, 0, entry)
  }

  /** Takes out an entry; one that is not in the list changes nothing. */
  remove(entry: Entry): void {
    const at = this.firstAfter(entry.ord) - 1
    if (this.entries[at] !== entry) return
    this.entries[at] = undefined
    this.holes += 1
    if (this.holes > packFrom && this.holes * 2 > this.entries.length) this.pack()
  }

  /** Up to `limit` entries that come after `ord`, in order. */
  after(ord: number, limit: number): Entry[] {
    const page: Entry[] = []
    for (let index = this.firstAfter(ord); index < this.entries.length && page.length < limit; index += 1) {
      const entry = this.entries[index]
      if (entry !== undefined) page.push(entry)
    }
    return page
  }

  *[Symbol.iterator](): Generator<Entry> {
    // The list may be packed meanwhile: then this goes on in the one from before.
    for (const entry of this.entries) if (entry !== undefined && !entry.gone) yield entry
  }

  private firstAfter(ord: number): number {
    const { ords } = this
    let low = 0
    let high = ords.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ords[middle] ?? 0) <= ord) low = middle + 1
      else high = middle
    }
    return low
  }

  private pack(): void {
    this.entries = this.entries.filter((entry) => entry !== undefined)
    this.ords = this.entries.map((entry) => entry?.ord ?? 0)
    this.holes = 0
  }
}
