/** The JSON half of formatting: writes what JSON can say, and gives up at the first value that it cannot. */
import { BoundedText } from './bounded-text.ts'

const deepest = 64

interface Written {
  readonly text: string
  readonly size: number
  readonly truncated: boolean
}

/**
 * JSON of plain data, cut at `limit`.
 * @returns `undefined` when the value is not JSON-safe: it would lose something, or cannot be read.
 */
export function jsonText(value: unknown, limit: number): Written | undefined {
  const out = new BoundedText(limit)
  try {
    return write(value, out, []) ? out.result() : undefined
  } catch {
    // A getter or a proxy threw while it was read; the text form says where.
    return undefined
  }
}

function write(value: unknown, out: BoundedText, ancestors: object[]): boolean {
  switch (typeof value) {
    case 'string':
      writeString(value, out)
      return true
    case 'number':
      if (!Number.isFinite(value) || Object.is(value, -0)) return false
      out.write(String(value))
      return true
    case 'boolean':
      out.write(value ? 'true' : 'false')
      return true
    case 'object':
      if (value === null) {
        out.write('null')
        return true
      }
      return writeObject(value, out, ancestors)
    default:
      return false
  }
}

/** A string much longer than the limit is cut first: escaping 100 MB only to throw it away takes seconds. */
export function writeString(text: string, out: BoundedText): void {
  if (text.length <= out.limit) {
    out.write(JSON.stringify(text))
    return
  }
  out.write(JSON.stringify(text.slice(0, out.limit)))
  out.skip(text.length - out.limit)
}

function writeObject(value: object, out: BoundedText, ancestors: object[]): boolean {
  if (ancestors.length >= deepest || ancestors.includes(value)) return false
  ancestors.push(value)
  const written = Array.isArray(value) ? writeArray(value, out, ancestors) : writePlain(value, out, ancestors)
  ancestors.pop()
  return written
}

function writeArray(value: readonly unknown[], out: BoundedText, ancestors: object[]): boolean {
  out.write('[')
  for (let index = 0; index < value.length && !out.full; index += 1) {
    if (index > 0) out.write(',')
    if (!write(value[index], out, ancestors)) return false
  }
  out.write(']')
  return true
}

function writePlain(value: object, out: BoundedText, ancestors: object[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return false
  if (Object.getOwnPropertySymbols(value).length > 0) return false
  out.write('{')
  let first = true
  for (const key of Object.keys(value)) {
    if (out.full) break
    out.visit()
    const member = (value as Record<string, unknown>)[key]
    // An absent optional property; JSON drops it and nobody misses it.
    if (member === undefined) continue
    if (!first) out.write(',')
    first = false
    writeString(key, out)
    out.write(':')
    if (!write(member, out, ancestors)) return false
  }
  out.write('}')
  return true
}
