/**
 * A queue that survives kill -9: spans lie in append-only segments, one segment per request, readable by their owner
 * only. What has been pushed is in the hands of the operating system at the end of the same turn, in one write for all
 * spans of that turn; a segment goes when the collector has answered for it. A request that had no answer, or was under
 * way when the process died, is sent again, because nobody knows whether it arrived: that is the only case of sending
 * twice, and the segment keeps a mark of it in its name.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import type { SpanData } from '../model/span.ts'
import { openDropLedger } from './drop-ledger.ts'
import { lockFolder } from './folder-lock.ts'
import {
  appendSpans,
  closeSegment,
  keepDamaged,
  leftSegment,
  newSegment,
  type QueueSegment,
  renameSegment,
  spansOf,
} from './queue-segment.ts'
import {
  findSegments,
  numberOf,
  readSegment,
  segmentName,
  triedName,
  unlinkIfThere,
  untriedName,
} from './segment-folder.ts'
import {
  type Drop,
  type DropReason,
  maxBatch,
  maxBatchParts,
  partsOf,
  type SpanBatch,
  type SpanQueue,
} from './span-queue.ts'

export interface DiskQueueOptions {
  /** Made when it is not there, for its owner only. One process at a time may have it. */
  readonly folder: string
  readonly clock: Clock
  /** The oldest segments go beyond this, bytes; 64 MiB by default. */
  readonly maxBytes?: number
  /** Segments older than this go, milliseconds; 7 days by default. */
  readonly maxAgeMs?: number
  /** Spans that are held in memory as well, so that they need not be read back; 20 000 by default. */
  readonly maxInMemory?: number
  /** Calls back at the end of the present turn; `queueMicrotask` by default. */
  readonly atTurnEnd?: (callback: () => void) => void
}

export interface DiskQueue extends SpanQueue {
  /** Spans that were found in the folder when it was opened. */
  readonly recovered: number
  /** The ids of the spans in the queue. Reads all of it: meant for the first moments after a crash. */
  spanIds(): ReadonlySet<string>
  /** Files that could not be read in whole. They keep their content under another name, for a person to look at. */
  readonly setAside: number
}

interface SegmentBatch extends SpanBatch {
  readonly segment: QueueSegment
}

const dayMs = 86_400_000
/** How long a disk that cannot be written is left alone. */
const writeAgainMs = 5000

/** Returns `undefined` when another living process has the folder. Throws what the file system throws. */
export function openDiskQueue(options: DiskQueueOptions): DiskQueue | undefined {
  const { folder, clock, maxBytes = 64 * 2 ** 20, maxAgeMs = 7 * dayMs, maxInMemory = 20_000 } = options
  const atTurnEnd = options.atTurnEnd ?? queueMicrotask
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(folder)
  if (unlock === undefined) return undefined
  const ledger = openDropLedger(folder)
  const segments = findSegments(folder, ledger.settled).map(leftSegment)
  ledger.compact()

  let active: QueueSegment | undefined
  let lastNumber = segments.reduce((highest, { name }) => Math.max(highest, numberOf(name)), 0)
  const recovered = segments.reduce((sum, { count }) => sum + count, 0)
  let size = recovered
  let underWay = 0
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  let inMemory = 0
  let setAside = 0
  let flushDue = false
  /** Segments whose spans are not all on disk, or whose file is still open. */
  const dirty = new Set<QueueSegment>()
  /** Full segments that wait. */
  let ready = segments.length
  let problem: string | undefined
  let writeAgainAt = Number.NEGATIVE_INFINITY
  let closed = false

  function push(span: SpanData): void {
    if (closed) {
      drop('closed', 1)
      return
    }
    const parts = partsOf(span)
    if (active !== undefined && active.parts + parts > maxBatchParts) active = seal(active)
    active ??= begin()
    active.spans?.push(span)
    dirty.add(active)
    active.count += 1
    active.parts += parts
    size += 1
    inMemory += 1
    if (active.count >= maxBatch) active = seal(active)
    if (flushDue) return
    flushDue = true
    atTurnEnd(onTurnEnd)
  }

  function begin(): QueueSegment {
    lastNumber += 1
    const segment = newSegment(segmentName(lastNumber, clock.now()), clock.now())
    segments.push(segment)
    return segment
  }

  function seal(segment: QueueSegment): undefined {
    segment.sealed = true
    ready += 1
    dirty.add(segment)
    return undefined
  }

  function onTurnEnd(): void {
    flushDue = false
    if (!closed) write()
  }

  /** Brings everything to disk that is not there, oldest first. */
  function write(): void {
    if (clock.now() < writeAgainAt) return
    try {
      for (const segment of dirty) bring(segment)
      problem = undefined
    } catch (error) {
      // Spans stay in memory and are sent from there; a crash would lose them.
      failed(error)
    }
    keepBounds()
  }

  function failed(error: unknown): void {
    problem = `the export queue cannot be written: ${error instanceof Error ? error.message : String(error)}`
    writeAgainAt = clock.now() + writeAgainMs
  }

  /** Files may resist; queueing goes on, and the problem is shown. */
  function attempt(change: () => void): void {
    try {
      change()
    } catch (error) {
      failed(error)
    }
  }

  function bring(segment: QueueSegment): void {
    bytes += appendSpans(folder, segment)
    dirty.delete(segment)
    if (!segment.sealed || segment.writer === undefined) return
    closeSegment(segment)
    // The newest go from memory first: their turn comes last.
    if (inMemory > maxInMemory && !segment.underWay) forget(segment)
  }

  function forget(segment: QueueSegment): void {
    if (segment.spans === undefined) return
    inMemory -= segment.spans.length
    segment.spans = undefined
  }

  function keepBounds(): void {
    const unwritable = problem !== undefined
    while (bytes > maxBytes || (unwritable && inMemory > maxInMemory)) {
      const oldest = segments.find((segment) => !segment.underWay && segment !== active)
      if (oldest === undefined) return
      letGo(oldest, 'overflow')
    }
  }

  function take(partly: boolean): SegmentBatch | undefined {
    dropExpired()
    if (partly && active !== undefined && segments.every((segment) => segment === active || segment.underWay)) {
      active = seal(active)
    }
    for (;;) {
      const segment = segments.find((candidate) => candidate.sealed && !candidate.underWay)
      if (segment === undefined) return undefined
      // Only what is on disk is sent: otherwise a crash could make the same span leave twice with other content.
      if (dirty.has(segment)) write()
      const spans = segment.spans ?? readBack(segment)
      if (spans.length === 0) continue
      if (!segment.unsure) rename(segment, triedName(segment.name))
      segment.underWay = true
      ready -= 1
      underWay += segment.count
      return { spans, segment, unsure: segment.unsure }
    }
  }

  function rename(segment: QueueSegment, name: string): void {
    attempt(() => renameSegment(folder, segment, name))
  }

  function dropExpired(): void {
    for (let oldest = segments[0]; oldest !== undefined; oldest = segments[0]) {
      if (oldest.underWay || clock.now() - oldest.bornAt <= maxAgeMs) return
      if (oldest === active) active = seal(oldest)
      letGo(oldest, 'expired')
    }
  }

  /** The spans of a segment that is only on disk. A damaged file is set aside, and what it still says goes on. */
  function readBack(segment: QueueSegment): SpanData[] {
    const read = readSegment(join(folder, segment.name))
    const spans = [...read.spans]
    segment.spans = spans
    segment.written = spans.length
    inMemory += spans.length
    if (read.damaged === 0) return spans
    setAside += 1
    const { count } = segment
    if (read.exists) attempt(() => keepDamaged(folder, segment, spans))
    if (count > spans.length) note(segment, { reason: 'damaged', count: count - spans.length }, [])
    size += spans.length - count
    segment.count = spans.length
    if (spans.length === 0) {
      ready -= 1
      remove(segment)
    }
    return spans
  }

  function letGo(segment: QueueSegment, reason: DropReason): void {
    note(segment, { reason, count: segment.count }, spansOf(folder, segment))
    ready -= 1
    size -= segment.count
    remove(segment)
  }

  function note(segment: QueueSegment, drop: Drop, spans: readonly SpanData[]): void {
    const why = segment.unsure ? ({ reason: 'unconfirmed', because: drop.reason } as const) : {}
    const ids = spans.map(({ spanId }) => spanId)
    // Of a damaged segment a part goes on: its line must not settle it.
    const known = drop.reason === 'damaged' ? {} : { segment: untriedName(segment.name), spans: ids }
    attempt(() => ledger.note({ ...drop, ...why, at: clock.now(), ...known }))
  }

  function remove(segment: QueueSegment): void {
    segments.splice(segments.indexOf(segment), 1)
    forget(segment)
    dirty.delete(segment)
    bytes -= segment.bytes
    closeSegment(segment)
    attempt(() => unlinkIfThere(join(folder, segment.name)))
  }

  function settle(batch: SpanBatch, dropped?: Drop): void {
    const { segment } = batch as SegmentBatch
    underWay -= segment.count
    segment.underWay = false
    if (closed) return
    size -= segment.count
    if (dropped !== undefined && dropped.count > 0) note(segment, dropped, batch.spans)
    remove(segment)
  }

  function giveBack(batch: SpanBatch, unsure: boolean): void {
    const { segment } = batch as SegmentBatch
    underWay -= segment.count
    segment.underWay = false
    ready += 1
    if (unsure) segment.unsure = true
    else if (!segment.unsure && !closed) rename(segment, untriedName(segment.name))
  }

  function drop(reason: DropReason, count: number): void {
    if (count > 0) attempt(() => ledger.note({ reason, count, at: clock.now() }))
  }

  return {
    place: 'disk',
    recovered,
    get setAside() {
      return setAside
    },
    get size() {
      return size
    },
    get waiting() {
      return size - underWay
    },
    get ready() {
      return ready > 0
    },
    get problem() {
      return problem
    },
    drops: ledger.drops,
    push,
    take,
    settle,
    giveBack,
    drop,
    write,
    spanIds() {
      const ids = new Set<string>()
      for (const segment of segments) {
        for (const { spanId } of spansOf(folder, segment)) ids.add(spanId)
      }
      return ids
    },
    close() {
      if (closed) return
      writeAgainAt = Number.NEGATIVE_INFINITY
      write()
      closed = true
      for (const segment of segments) {
        drop(segment.unsure || segment.underWay ? 'unconfirmed' : 'closed', segment.count - segment.written)
        closeSegment(segment)
      }
      unlock()
    },
  }
}
