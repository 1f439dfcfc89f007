/**
 * One segment of the queue on disk: a line that names the format, then one line per span, each with a checksum. Lines
 * are only ever appended, so whatever a killed process leaves behind reads well up to the last line.
 */
import { crc32 } from 'node:zlib'
import type { SpanData } from '../model/span.ts'

/** First line of every segment. */
export const segmentHeader = 'taskscope-spans 1\n'

/** A span as a line, with its line feed. */
export function encodeSpan(span: SpanData): string {
  const json = JSON.stringify(span)
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

export interface ReadSegment {
  readonly spans: readonly SpanData[]
  /** Lines that are no spans: torn, changed, or of an unknown format. */
  readonly damaged: number
}

export function decodeSegment(bytes: Uint8Array): ReadSegment {
  const text = new TextDecoder().decode(bytes)
  if (!text.startsWith(segmentHeader)) return { spans: [], damaged: countSpans(bytes) }
  const lines = text.slice(segmentHeader.length).split('\n')
  // A whole segment ends in a line feed; what follows the last one is a line that was cut.
  const cut = lines.pop() ?? ''
  const spans: SpanData[] = []
  let damaged = cut === '' ? 0 : 1
  for (const line of lines) {
    const span = decodeLine(line)
    if (span === undefined) damaged += 1
    else spans.push(span)
  }
  return { spans, damaged }
}

/** How many spans a segment claims to hold, a cut one among them, without reading them. */
export function countSpans(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let lines = 0
  let at = buffer.indexOf(10)
  let after = 0
  while (at >= 0) {
    lines += 1
    after = at + 1
    at = buffer.indexOf(10, after)
  }
  const known = buffer.subarray(0, segmentHeader.length).toString() === segmentHeader
  return lines - (known ? 1 : 0) + (after < buffer.length ? 1 : 0)
}

function decodeLine(line: string): SpanData | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || Number.parseInt(line.slice(0, 8), 16) !== crc32(json)) return undefined
  // The checksum says that these are the bytes that were written from a span.
  return JSON.parse(json) as SpanData
}
