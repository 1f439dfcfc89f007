/** What the registry keeps per source: its nodes by their own ids, and the count of what never arrived. */
import type { NodeId, SourceId } from '../model/identity.ts'
import type { Entry } from './entry.ts'
import { OrdList } from './ord-list.ts'
import { createRing, type Ring } from './ring.ts'

/** So many ids of what was let go are remembered, so that stragglers do not bring them back as placeholders. */
const rememberedIds = 10_000

export interface SourceBook {
  readonly id: SourceId
  /** Holds `undefined` for an id whose entry was let go not long ago, so that stragglers do not bring it back. */
  readonly byId: Map<NodeId, Entry | undefined>
  /** The ids that `byId` holds without an entry, and those of them that are in use again. */
  readonly gone: Ring<NodeId>
  entries: OrdList
  lastSeq: number
  lost: number
  /** `ord` of the event that showed the newest gap; before it, what a state was can't be known for sure. */
  gapOrd: number
  /** Its rows were taken away; only a new `node.opened` or `task.created` brings it back. */
  removed: boolean
}

export function createSourceBook(id: SourceId): SourceBook {
  return {
    id,
    byId: new Map(),
    gone: createRing(rememberedIds),
    entries: new OrdList(),
    lastSeq: 0,
    lost: 0,
    gapOrd: 0,
    removed: false,
  }
}

/**
 * Takes note of an event's number and says how many events before it never arrived. A number that was there before
 * means that the source has started to count anew.
 */
export function countSequence(source: SourceBook, seq: number, ord: number): number {
  const missing = seq - source.lastSeq - 1
  source.lastSeq = seq
  if (missing <= 0) return 0
  source.lost += missing
  source.gapOrd = ord
  return missing
}
