/** Free JSON as typed: the value, or one sentence with the place of the first mistake. */

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }

/** Reads JSON text. Empty text means no input and gives `{ ok: true, value: undefined }`. */
export function readJson(text: string): JsonReading {
  if (text.trim() === '') return { ok: true, value: undefined }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, problem: problemOf(text, error instanceof Error ? error.message : String(error)) }
  }
}

function problemOf(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return `${said(message)} at ${lineAndColumn(text, Number(position))}`
  if (/end of JSON/i.test(message)) return `the text ends too early, at ${lineAndColumn(text, text.length)}`
  return said(message)
}

function said(message: string): string {
  const short = message.replace(/\s*(?:in JSON)?\s*at position \d+.*$/s, '').replace(/, (?:\.{3})?".*$/s, '')
  return `this is not JSON: ${short.charAt(0).toLowerCase()}${short.slice(1)}`
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  return `line ${line}, column ${before.length - before.lastIndexOf('\n')}`
}

/** A starting text for an input that no form can show: the required keys of its schema, to be filled in. */
export function jsonTemplate(schema: Readonly<Record<string, unknown>> | undefined): string {
  if (schema === undefined) return '{}'
  const value = exampleOf(schema, 0)
  return JSON.stringify(value ?? {}, undefined, 2)
}

function exampleOf(schema: unknown, depth: number): unknown {
  if (typeof schema !== 'object' || schema === null || depth > 4) return null
  const known = schema as Record<string, unknown>
  if ('default' in known) return known.default
  if ('const' in known) return known.const
  if (Array.isArray(known.enum)) return known.enum[0]
  switch (known.type) {
    case 'object': {
      const properties = (known.properties ?? {}) as Record<string, unknown>
      const required = Array.isArray(known.required) ? known.required : []
      const keys = Object.keys(properties).filter((key) => required.includes(key))
      return Object.fromEntries(keys.map((key) => [key, exampleOf(properties[key], depth + 1)]))
    }
    case 'array':
      return []
    case 'string':
      return ''
    case 'number':
    case 'integer':
      return typeof known.minimum === 'number' ? Math.max(known.minimum, 0) : 0
    case 'boolean':
      return false
    default:
      return null
  }
}
