/**
 * One segment of the queue on disk while the application runs: which of its spans are in memory, which in its file. What
 * touches the file throws what the file system throws; the counts then still say what is there.
 */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import type { SpanData } from '../model/span.ts'
import { writeFileWhole } from '../system/write-file-whole.ts'
import { encodeSpan, segmentHeader } from './segment-file.ts'
import { type FoundSegment, readSegment } from './segment-folder.ts'
import { openSegmentWriter, type SegmentWriter } from './segment-writer.ts'

export interface QueueSegment {
  /** Of its file. */
  name: string
  /** Milliseconds since the epoch. */
  readonly bornAt: number
  /** Spans. */
  count: number
  /** Spans and their events, while it is added to. */
  parts: number
  /** Of its file. */
  bytes: number
  /** Absent when they must be read from disk. */
  spans: SpanData[] | undefined
  writer: SegmentWriter | undefined
  /** How many of `spans` are on disk. */
  written: number
  /** Nothing is added any more. */
  sealed: boolean
  underWay: boolean
  /** A request with it may have arrived. */
  unsure: boolean
}

export function newSegment(name: string, bornAt: number): QueueSegment {
  return {
    name,
    bornAt,
    count: 0,
    parts: 0,
    bytes: 0,
    spans: [],
    writer: undefined,
    written: 0,
    sealed: false,
    underWay: false,
    unsure: false,
  }
}

/** A segment of an earlier run: all of it on disk. */
export function leftSegment(found: FoundSegment): QueueSegment {
  return {
    ...found,
    parts: 0,
    spans: undefined,
    writer: undefined,
    written: found.count,
    sealed: true,
    underWay: false,
  }
}

/** Appends what is not on disk yet. Returns the bytes that were added. */
export function appendSpans(folder: string, segment: QueueSegment): number {
  const { spans } = segment
  if (spans === undefined || segment.written === spans.length) return 0
  segment.writer ??= openSegmentWriter(join(folder, segment.name))
  let text = segment.written === 0 ? segmentHeader : ''
  for (let n = segment.written; n < spans.length; n++) {
    const span = spans[n]
    if (span !== undefined) text += encodeSpan(span)
  }
  const added = segment.writer.append(text)
  segment.bytes += added
  segment.written = spans.length
  return added
}

export function closeSegment(segment: QueueSegment): void {
  segment.writer?.close()
  segment.writer = undefined
}

export function renameSegment(folder: string, segment: QueueSegment, name: string): void {
  if (segment.written > 0) renameSync(join(folder, segment.name), join(folder, name))
  segment.name = name
}

/** Its spans, read from disk where they are not in memory; there they stay. Never throws for what a file holds. */
export function spansOf(folder: string, segment: QueueSegment): readonly SpanData[] {
  return segment.spans ?? readSegment(join(folder, segment.name)).spans
}

/** Keeps a damaged file under another name, for a person to look at, and writes anew what could still be read of it. */
export function keepDamaged(folder: string, segment: QueueSegment, readable: readonly SpanData[]): void {
  const path = join(folder, segment.name)
  renameSync(path, `${path}.damaged`)
  if (readable.length > 0) writeFileWhole(path, segmentHeader + readable.map(encodeSpan).join(''))
}
