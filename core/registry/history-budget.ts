/**
 * Keeps what ended tasks leave behind within one budget for all of them. The row, the outcome and the lossless facts
 * of a task stay as long as the task; lines, spans and samples of those that ended first are let go, and counted as
 * dropped where they were.
 */
import type { Entry } from './entry.ts'
import { trimHistory, weightOf } from './history.ts'

/** One ended task in the queue; without an entry it is gone already. */
export interface Weighed {
  entry: Entry | undefined
  readonly weight: number
}

/** Below this many dead places a queue is not worth packing. */
const packFrom = 1000

export class HistoryBudget {
  private readonly limit: number
  private total = 0
  private queue: Weighed[] = []
  private next = 0
  private dead = 0

  /** @param limit lines, spans and samples of all ended tasks together. */
  constructor(limit: number) {
    this.limit = limit
  }

  /** Takes note of what an entry that has just ended holds. */
  ended(entry: Entry): void {
    const weight = entry.history === undefined ? 0 : weightOf(entry.history)
    if (weight === 0) return
    entry.weighed = { entry, weight }
    this.queue.push(entry.weighed)
    this.total += weight
    while (this.total > this.limit && this.next < this.queue.length) this.trimOldest()
    this.pack()
  }

  /** The entry has left the registry with all it held. */
  removed(entry: Entry): void {
    if (entry.weighed !== undefined) this.release(entry.weighed)
  }

  private trimOldest(): void {
    const oldest = this.queue[this.next]
    this.next += 1
    if (oldest?.entry === undefined) {
      this.dead -= 1
      return
    }
    if (oldest.entry.history !== undefined) trimHistory(oldest.entry.history)
    this.release(oldest)
    this.dead -= 1
  }

  private release(weighed: Weighed): void {
    if (weighed.entry === undefined) return
    weighed.entry.weighed = undefined
    weighed.entry = undefined
    this.total -= weighed.weight
    this.dead += 1
  }

  private pack(): void {
    const waste = this.next + this.dead
    if (waste < packFrom || waste * 2 < this.queue.length) return
    this.queue = this.queue.slice(this.next).filter((weighed) => weighed.entry !== undefined)
    this.next = 0
    this.dead = 0
  }
}
