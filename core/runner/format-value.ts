/**
 * Formats any JavaScript value, bounded and total: throwing getters, proxies (revoked ones too), cycles, symbols and
 * strings of 100 MB become text that says so. The value's own code runs only where reading a property runs it.
 */
import type { Payload } from '../model/payload.ts'
import { inspectText } from './inspect-text.ts'
import { jsonText } from './json-text.ts'

/** UTF-16 code units that a payload's text holds at most. */
export const longestPayload = 65_536

/** The same for names and labels, which stand in rows. */
export const longestLabel = 200

const undefinedPayload: Payload = { format: 'text', text: 'undefined', size: 9, truncated: false }

/** Formats a value as JSON where JSON can say it whole, else as text for people. Never throws. */
export function formatValue(value: unknown, limit: number = longestPayload): Payload {
  if (value === undefined) return undefinedPayload
  const json = jsonText(value, limit)
  if (json !== undefined) return { format: 'json', ...json }
  return { format: 'text', ...inspectText(value, limit) }
}

/** One line for people, for messages and log lines: a string as it is, anything else formatted. Never throws. */
export function formatLine(value: unknown, limit = 8192): string {
  const text = typeof value === 'string' ? value : formatValue(value, limit).text
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text
}
