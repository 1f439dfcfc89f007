/** Free JSON as typed: the value, or one sentence with the place of the first mistake. */

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }

/** Reads JSON text. Empty text means no input and gives `{ ok: true, value: undefined }`. */
export function readJson(text: string): JsonReading {
  if (text.trim() === '') return { ok: true, value: undefined }
  const message = complaint(text)
  if (message === undefined) return { ok: true, value: JSON.parse(text) }
  const place = mistakeAt(text)
  if (place === undefined) return { ok: false, problem: `this ends too early, at ${lineAndColumn(text, text.length)}` }
  const wanted = /^Expected (.*?)(?: in JSON)? at position/.exec(message)?.[1]
  const found = JSON.stringify(text.charAt(place))
  return {
    ok: false,
    problem: `this is not JSON: ${found} at ${lineAndColumn(text, place)}${wanted === undefined ? '' : `, where ${wanted} should be`}`,
  }
}

/** What the engine says of a text that is no JSON. */
function complaint(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * The first character that no JSON could have there; `undefined` when the text only ends too early. The engine does
 * not always tell the place, so it is searched: every start of a text up to its first mistake merely ends too early.
 */
function mistakeAt(text: string): number | undefined {
  if (couldGoOn(text)) return undefined
  let good = 0
  let bad = text.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (couldGoOn(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return bad - 1
}

function couldGoOn(start: string): boolean {
  const message = complaint(start)
  if (message === undefined || /end of JSON|Unterminated/.test(message)) return true
  const position = /at position (\d+)/.exec(message)?.[1]
  return position !== undefined && Number(position) >= start.length
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
