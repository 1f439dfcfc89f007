/**
 * Takes out of plain JSON what its name says to be a secret. It guards against pasting one into an issue by mistake; it
 * cannot know a secret that does not say so.
 */
import type { Payload } from './payload.ts'

/** What stands in the place of a secret. */
export const redacted = '[redacted]'

const secretWords =
  'pass(?:word|wd|phrase)?|secret|token|api[-_]?key|private[-_]?key|authorization|cookie|credential|session[-_]?id|bearer'
const secretName = new RegExp(secretWords, 'i')
const secretPair = new RegExp(
  `(["']?[\\w-]*(?:${secretWords})[\\w-]*["']?\\s*[:=]\\s*)` +
    `(?:"(?:[^"\\\\]|\\\\.)*"|'[^']*'|(?:bearer|basic)\\s+\\S+|[^\\s,;&}]+)`,
  'gi',
)

/** The same payload with the values of secret names replaced; text that is no JSON has them cut after `name=` or `name:`. */
export function redact(payload: Payload): Payload {
  const text = payload.format === 'json' && !payload.truncated ? redactJson(payload.text) : redactWords(payload.text)
  return text === payload.text ? payload : { ...payload, text }
}

/** Plain text with `name=value` and `"name": "value"` of secret names replaced. */
export function redactWords(text: string): string {
  return text.replaceAll(secretPair, (_whole, name: string) => `${name}${redacted}`)
}

function redactJson(text: string): string {
  try {
    let found = false
    const value: unknown = JSON.parse(text, (key, inner: unknown) => {
      if (!secretName.test(key) || inner === null || inner === undefined) return inner
      found = true
      return redacted
    })
    return found ? JSON.stringify(value) : text
  } catch {
    return redactWords(text)
  }
}
