/** Which rows pass what a person asked to see. Pure. */
import type { SourceId } from '../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { faceOf, type StateFace } from '../icons/state-face.ts'
import { type Bucket, inBucket } from '../state/measure.ts'

export interface FilterWish {
  /** Words that must all occur in the name, label, id or source; upper and lower case are one. */
  readonly query: string
  /** Only tasks with one of these faces; empty means all. */
  readonly faces: ReadonlySet<StateFace>
  readonly source: SourceId | undefined
  readonly bucket?: Bucket | undefined
  readonly sourceName: (source: SourceId) => string
}

/** The test of a row, or `undefined` when everything passes. Nodes without a state never pass a face filter. */
export function makeFilter({
  query,
  faces,
  source,
  bucket,
  sourceName,
}: FilterWish): ((row: Row) => boolean) | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0 && faces.size === 0 && source === undefined && bucket === undefined) return undefined
  return (row) => {
    if (source !== undefined && row.source !== source) return false
    if (faces.size > 0 && !(isTaskRow(row) && faces.has(faceOf(row.state, row.failure)))) return false
    if (bucket !== undefined && !inBucket(row, bucket)) return false
    if (words.length === 0) return true
    const label = isTaskRow(row) ? (row.label ?? '') : ''
    const text = `${row.name}\n${label}\n${row.id}\n${sourceName(row.source)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
}
