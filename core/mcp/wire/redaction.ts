/**
 * Takes secrets out of what is written to disk. Goes by names, since nobody can tell a secret by its looks; shapes stay,
 * so a redacted capture is analysed like the original.
 */
import { redacted } from '../../model/redact.ts'
import { isRecord, type JsonRecord, stringAt } from './json-record.ts'

const secretWords = new Set([
  ...['token', 'tokens', 'key', 'keys', 'secret', 'secrets', 'password', 'passwd', 'passphrase'],
  ...['authorization', 'cookie', 'credential', 'credentials', 'apikey'],
])
/** Names of the protocols themselves that only look like secrets. */
const harmless = new Set(['progresstoken', 'sec-websocket-key'])
const sessionHeader = 'mcp-session-id'
const inText =
  /\b(authorization|cookie|mcp-session-id|[\w-]*(?:token|secret|password|api[_-]?key))(["']?\s*[:=]\s*["']?)(?:bearer\s+|basic\s+)?[^\s"',;]+/gi

/** Part of every secret name, whichever way it is spelled; of the harmless ones of the protocol only when there is more. */
const inAnySecretName =
  /(?<!"progress)token|token(?!")|key|secret|passw|passphrase|authorization|cookie|credential|mcp-session-id/iu

/** A conversation uses few names, and each over and over; a peer that invents names does not fill the memory. */
const maxJudged = 5000
const judged = new Map<string, boolean>()

/** Whether the value of a field with this name is to be kept out of a file. */
export function isSecretName(name: string): boolean {
  let secret = judged.get(name)
  if (secret === undefined) {
    secret = looksSecret(name)
    if (judged.size < maxJudged) judged.set(name, secret)
  }
  return secret
}

function looksSecret(name: string): boolean {
  const lower = name.toLowerCase()
  if (harmless.has(lower)) return false
  if (lower === sessionHeader) return true
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
  return words.some((word) => secretWords.has(word))
}

/** Whether JSON, as `JSON.stringify` writes it, can name a secret. Tells most messages apart without a walk through them. */
export function mayNameSecret(json: string): boolean {
  return inAnySecretName.test(json)
}

/** A copy of a JSON value without the texts and numbers of secret names. Objects keep their fields. */
export function redact(value: unknown, secret = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => redact(entry, secret))
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, redact(entry, isSecretName(name))]))
  }
  return secret && (typeof value === 'string' || typeof value === 'number') ? redacted : value
}

/** Free text without what follows a secret name: `TOKEN=…`, `Authorization: Bearer …`. */
export function redactText(text: string): string {
  return text.replace(inText, (_whole, name: string, sign: string) => `${name}${sign}${redacted}`)
}

/** The fields of a line of a capture without secrets; its free text, such as a server's stderr, as well. */
export function redactFields(fields: JsonRecord): JsonRecord {
  const clean = redact(fields)
  if (!isRecord(clean)) return {}
  const text = stringAt(clean, 'text')
  return text === undefined ? clean : { ...clean, text: redactText(text) }
}
