/** What a finished work answers its caller, in the words of MCP. Pure. */
import { assertNever } from '../../model/assert.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { ErrorInfo, Payload } from '../../model/payload.ts'
import { isRecord, type JsonRecord } from '../wire/json-record.ts'
import type { RpcError } from '../wire/rpc-message.ts'

/**
 * A `CallToolResult` without its era's extras, an error that only JSON-RPC can say, or nothing because it was
 * cancelled. A tool that threw is a result with `isError`, so that a model can read what went wrong.
 */
export type CallAnswer =
  | { readonly kind: 'result'; readonly result: JsonRecord; readonly isError: boolean }
  | { readonly kind: 'error'; readonly error: RpcError }
  | { readonly kind: 'cancelled'; readonly reason: string }

export const internalError = -32603

export function answerOf(outcome: Outcome): CallAnswer {
  switch (outcome.status) {
    case 'completed':
      return completed(outcome.value)
    case 'failed':
      return failed(outcome)
    case 'cancelled':
      return { kind: 'cancelled', reason: outcome.reason }
    default:
      return assertNever(outcome)
  }
}

/** A result that only holds one text. */
export function textResult(text: string, isError = false): JsonRecord {
  return { content: [{ type: 'text', text }], ...(isError && { isError: true }) }
}

function completed(value: Payload): CallAnswer {
  const parsed = value.format === 'json' && !value.truncated ? parse(value.text) : undefined
  if (isCallResult(parsed)) return { kind: 'result', result: parsed, isError: parsed.isError === true }
  if (value.format === 'text' && value.text === 'undefined') {
    return { kind: 'result', result: { content: [] }, isError: false }
  }
  const cut = value.truncated ? `\n(cut: ${value.text.length} of ${value.size} characters)` : ''
  const result = textResult(typeof parsed === 'string' ? parsed : `${value.text}${cut}`)
  const structured = isRecord(parsed) ? { structuredContent: parsed } : {}
  return { kind: 'result', result: { ...result, ...structured }, isError: false }
}

/** A task may return what MCP wants to the letter: pictures, several texts, `isError`. */
function isCallResult(value: unknown): value is JsonRecord {
  if (!isRecord(value) || !Array.isArray(value.content)) return false
  return value.content.every((block) => isRecord(block) && typeof block.type === 'string')
}

/** A numeric code makes an error one of JSON-RPC; so does an end that the tool's own code had no part in. */
function failed({ kind, error }: Extract<Outcome, { status: 'failed' }>): CallAnswer {
  if (typeof error.code === 'number') return { kind: 'error', error: { code: error.code, message: error.message } }
  if (kind === 'error' || kind === 'throw') {
    return { kind: 'result', result: textResult(errorText(error), true), isError: true }
  }
  return { kind: 'error', error: { code: internalError, message: error.message, data: { kind } } }
}

function errorText(error: ErrorInfo): string {
  if (error.value !== undefined) return error.value.text
  return error.name === 'Error' || error.name === '' ? error.message : `${error.name}: ${error.message}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The payload says that it is JSON; if it is not, it is text all the same.
    return undefined
  }
}
