/**
 * The files of a queue on disk: `<number>-<milliseconds since the epoch>.spans`, so that names sort as they were made;
 * `….tried.spans` once it has been sent and nobody said that it did not arrive.
 */
import { readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { SpanData } from '../model/span.ts'
import { countSpans, decodeSegment } from './segment-file.ts'

const segmentSuffix = '.spans'
const triedSuffix = '.tried.spans'

export interface FoundSegment {
  readonly name: string
  readonly bornAt: number
  /** Spans that it claims to hold. */
  readonly count: number
  readonly bytes: number
  /** A request with it may have arrived. */
  readonly unsure: boolean
}

export function segmentName(number: number, bornAt: number): string {
  return `${String(number).padStart(10, '0')}-${Math.floor(bornAt)}${segmentSuffix}`
}

/** What a segment is called while a request with it may have arrived. */
export function triedName(name: string): string {
  return untriedName(name).replace(segmentSuffix, triedSuffix)
}

/** What a segment was called at first, whatever happened to it. */
export function untriedName(name: string): string {
  return name.replace(triedSuffix, segmentSuffix)
}

/** The segments that an earlier run left, oldest first. Those that were answered for are removed. */
export function findSegments(folder: string, settled: ReadonlySet<string>): FoundSegment[] {
  const found: FoundSegment[] = []
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith(`${segmentSuffix}.new`)) unlinkIfThere(join(folder, name))
    if (!name.endsWith(segmentSuffix) || numberOf(name) === 0) continue
    if (settled.has(untriedName(name))) {
      unlinkIfThere(join(folder, name))
      continue
    }
    const content = readFileSync(join(folder, name))
    const count = countSpans(content)
    if (count === 0) {
      unlinkIfThere(join(folder, name))
      continue
    }
    const bornAt = Number(/^\d+-(\d+)/.exec(name)?.[1] ?? 0)
    found.push({ name, bornAt, count, bytes: content.length, unsure: name.endsWith(triedSuffix) })
  }
  return found
}

/** The place of a segment among all, from 1; 0 for a file that is none. */
export function numberOf(name: string): number {
  return Number(/^(\d+)-\d+\./.exec(name)?.[1] ?? 0)
}

/** Reads a segment; never throws for what may be wrong with a file. */
export function readSegment(path: string): { spans: readonly SpanData[]; damaged: number; exists: boolean } {
  try {
    return { ...decodeSegment(readFileSync(path)), exists: true }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { spans: [], damaged: 1, exists: error.code !== 'ENOENT' }
    throw error
  }
}

export function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
