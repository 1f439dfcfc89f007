/**
 * Capture files: JSON lines, the first of kind `meta`, then everything that was seen on the wires of one conversation
 * with its place (`seq`) and time (`tMs`, milliseconds since the start). Reading keeps unknown kinds and fields.
 */
import { isRecord, type JsonRecord, numberAt, stringAt } from './json-record.ts'

export interface CaptureLine {
  readonly seq: number
  readonly tMs: number
  readonly kind: string
  /** The whole line as it was written. */
  readonly fields: JsonRecord
}

export type CaptureReading =
  | { readonly ok: true; readonly line: CaptureLine }
  | { readonly ok: false; readonly why: string }

/**
 * Reads one line of a capture file.
 * @param number its place in the file, from 1; stands in for a missing `seq`
 * @param before time of the line before; stands in for a missing `tMs`
 */
export function readCaptureLine(text: string, number: number, before: number): CaptureReading {
  let value: unknown
  try {
    // Some editors begin a file with a byte order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return { ok: false, why: 'it is not JSON' }
  }
  if (!isRecord(value)) return { ok: false, why: 'it is no JSON object' }
  const kind = stringAt(value, 'kind')
  if (kind === undefined) return { ok: false, why: 'it has no kind' }
  const seq = numberAt(value, 'seq') ?? number
  return { ok: true, line: { seq, tMs: numberAt(value, 'tMs') ?? before, kind, fields: value } }
}

/** One line of a capture file, line end included. */
export function writeCaptureLine(seq: number, tMs: number, kind: string, fields: JsonRecord): string {
  return `${JSON.stringify({ seq, tMs: Math.round(tMs * 1000) / 1000, kind, ...fields })}\n`
}

/** The first line of a capture file. */
export function writeCaptureMeta(fields: JsonRecord): string {
  return `${JSON.stringify({ kind: 'meta', ...fields })}\n`
}
