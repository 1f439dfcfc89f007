/** The files of a queue on disk: `<number>-<milliseconds since the epoch>.spans`, so that names sort as they were made. */
import { readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { SpanData } from '../model/span.ts'
import { countSpans, decodeSegment } from './segment-file.ts'

const segmentSuffix = '.spans'

export interface FoundSegment {
  readonly name: string
  readonly bornAt: number
  /** Spans that it claims to hold. */
  readonly count: number
  readonly bytes: number
}

export function segmentName(number: number, bornAt: number): string {
  return `${String(number).padStart(10, '0')}-${Math.floor(bornAt)}${segmentSuffix}`
}

/** The segments that an earlier run left, oldest first. Those that were answered for are removed. */
export function findSegments(folder: string, settled: ReadonlySet<string>): FoundSegment[] {
  const found: FoundSegment[] = []
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith(`${segmentSuffix}.new`)) unlinkIfThere(join(folder, name))
    if (!name.endsWith(segmentSuffix) || numberOf(name) === 0) continue
    if (settled.has(name)) {
      unlinkIfThere(join(folder, name))
      continue
    }
    const content = readFileSync(join(folder, name))
    const count = countSpans(content)
    if (count === 0) {
      unlinkIfThere(join(folder, name))
      continue
    }
    found.push({ name, bornAt: Number(/^\d+-(\d+)/.exec(name)?.[1] ?? 0), count, bytes: content.length })
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
