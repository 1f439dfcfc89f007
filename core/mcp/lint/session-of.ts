import { redacted } from '../../model/redact.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord } from '../wire/json-record.ts'

/** The HTTP session in which a request was sent; `undefined` when there is none or its recorder kept it secret. */
export function sessionOf(request: RequestSighting): string | undefined {
  return sessionIn(request.frame.http?.headers)
}

export function sessionIn(headers: unknown): string | undefined {
  if (!isRecord(headers)) return undefined
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'mcp-session-id')
  const session = name === undefined ? undefined : headers[name]
  return typeof session === 'string' && session !== redacted ? session : undefined
}
