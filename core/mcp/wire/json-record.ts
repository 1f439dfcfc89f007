/** Tolerant reading of JSON that a stranger wrote: a wrong type reads as absent, never throws. */

export type JsonRecord = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The record under `key`, or `undefined` when there is none. */
export function recordAt(record: JsonRecord | undefined, key: string): JsonRecord | undefined {
  const value = fieldOf(record, key)
  return isRecord(value) ? value : undefined
}

export function stringAt(record: JsonRecord | undefined, key: string): string | undefined {
  const value = fieldOf(record, key)
  return typeof value === 'string' ? value : undefined
}

/** A finite number under `key`. */
export function numberAt(record: JsonRecord | undefined, key: string): number | undefined {
  const value = fieldOf(record, key)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function listAt(record: JsonRecord | undefined, key: string): readonly unknown[] {
  const value = fieldOf(record, key)
  return Array.isArray(value) ? value : []
}

/** Own fields only: a peer that names a field `constructor` or `__proto__` reads what it sent and nothing else. */
function fieldOf(record: JsonRecord | undefined, key: string): unknown {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

/** What a text may hold of messages, a record or a list; `undefined` when it is neither, or no JSON at all. */
export function parseMessages(text: string): JsonRecord | readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) || Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The JSON of a value that came from JSON. Total: what is nested too deep to be written reads as text that says so. */
export function jsonText(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent) ?? String(value)
  } catch (error) {
    // Parsing takes any depth, writing does not.
    return JSON.stringify(`(cannot be written as JSON: ${error instanceof Error ? error.message : String(error)})`)
  }
}
