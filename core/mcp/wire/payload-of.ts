/** What came over a wire as a bounded payload of the model. */
import type { Payload } from '../../model/payload.ts'
import { jsonText } from './json-record.ts'

const maxPayloadText = 256 * 1024

/** The JSON of a value that was parsed from JSON; a value that has no JSON reads as text that says so. */
export function payloadOf(value: unknown): Payload {
  return bounded(value === undefined ? 'text' : 'json', jsonText(value, 2))
}

export function textPayload(text: string): Payload {
  return bounded('text', text)
}

function bounded(format: Payload['format'], text: string): Payload {
  const truncated = text.length > maxPayloadText
  return { format, text: truncated ? text.slice(0, maxPayloadText) : text, size: text.length, truncated }
}
