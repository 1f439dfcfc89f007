/**
 * Which ended tasks are let go first: leaves, in the order in which they became ended leaves. A parent becomes one
 * when its last child has gone, so a task with a live descendant is never let go.
 */

import { isTerminal } from '../model/lifecycle.ts'
import type { Entry } from './entry.ts'

export class Retention {
  /** Ended tasks that are held, leaves or not. */
  ended = 0
  private oldest: Entry | undefined
  private newest: Entry | undefined

  /** Looks at an entry again after it ended or its children changed. */
  review(entry: Entry): void {
    const leaf = hasEnded(entry) && (entry.children === undefined || entry.children.size === 0)
    if (leaf && !entry.evictable) this.append(entry)
    else if (!leaf && entry.evictable) this.detach(entry)
  }

  /** The leaf that has been one for the longest time, or the one after `entry`. */
  next(entry?: Entry): Entry | undefined {
    return entry === undefined ? this.oldest : entry.newer
  }

  /** The entry leaves the registry: its id is remembered for a while. */
  remove(entry: Entry): void {
    if (entry.evictable) this.detach(entry)
    if (hasEnded(entry)) this.ended -= 1
    const { source, id } = entry
    if (source.removed) {
      source.byId.delete(id)
      return
    }
    source.byId.set(id, undefined)
    const forgotten = source.gone.push(id)
    // The id may be in use again.
    if (forgotten !== undefined && source.byId.get(forgotten) === undefined) source.byId.delete(forgotten)
  }

  private append(entry: Entry): void {
    entry.evictable = true
    entry.older = this.newest
    if (this.newest === undefined) this.oldest = entry
    else this.newest.newer = entry
    this.newest = entry
  }

  private detach(entry: Entry): void {
    if (entry.older === undefined) this.oldest = entry.newer
    else entry.older.newer = entry.newer
    if (entry.newer === undefined) this.newest = entry.older
    else entry.newer.older = entry.older
    entry.older = undefined
    entry.newer = undefined
    entry.evictable = false
  }
}

function hasEnded(entry: Entry): boolean {
  return entry.part.form === 'task' && isTerminal(entry.part.state)
}
