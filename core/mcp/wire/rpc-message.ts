/**
 * JSON-RPC 2.0 messages as MCP uses them (https://www.jsonrpc.org/specification), told apart by shape alone.
 * Reading is tolerant: what is no message stays as evidence, and nothing here throws on what a peer sent.
 */
import { isRecord, type JsonRecord } from './json-record.ts'

export type RpcId = string | number

export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

export type RpcMessage =
  | { readonly kind: 'request'; readonly id: RpcId; readonly method: string; readonly params: JsonRecord }
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonRecord }
  | { readonly kind: 'result'; readonly id: RpcId; readonly result: JsonRecord }
  | { readonly kind: 'error'; readonly id: RpcId | undefined; readonly error: RpcError }

export type RpcRequest = Extract<RpcMessage, { kind: 'request' }>
export type RpcNotification = Extract<RpcMessage, { kind: 'notification' }>
export type RpcAnswer = Extract<RpcMessage, { kind: 'result' | 'error' }>

/** What one line or body held. A batch gives several messages; `unparsed` says what is wrong with it. */
export type RpcReading =
  | { readonly ok: true; readonly messages: readonly RpcMessage[] }
  | { readonly ok: false; readonly why: string }

/** Reads one line of text. An empty line holds no message and is not wrong. */
export function readRpcText(text: string): RpcReading {
  if (text.trim() === '') return { ok: true, messages: [] }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, why: 'it is not JSON' }
  }
  return readRpcValue(value)
}

/** Reads a parsed value: one message, or a batch of them. */
export function readRpcValue(value: unknown): RpcReading {
  const messages: RpcMessage[] = []
  for (const entry of Array.isArray(value) ? value : [value]) {
    const message = classify(entry)
    if (typeof message === 'string') return { ok: false, why: message }
    messages.push(message)
  }
  return { ok: true, messages }
}

function classify(value: unknown): RpcMessage | string {
  if (!isRecord(value)) return 'it is JSON, but no JSON-RPC message'
  const { id, method } = value
  if (typeof method === 'string') {
    const params = isRecord(value.params) ? value.params : {}
    if (id === undefined) return { kind: 'notification', method, params }
    return isRpcId(id) ? { kind: 'request', id, method, params } : 'its request id is neither text nor a number'
  }
  if (isRecord(value.error)) return { kind: 'error', id: isRpcId(id) ? id : undefined, error: readError(value.error) }
  if (!Object.hasOwn(value, 'result')) return 'it is JSON, but no JSON-RPC message'
  if (!isRpcId(id)) return 'it answers a request without saying which'
  return { kind: 'result', id, result: isRecord(value.result) ? value.result : {} }
}

function readError(error: JsonRecord): RpcError {
  return {
    code: typeof error.code === 'number' ? error.code : 0,
    message: typeof error.message === 'string' ? error.message : '',
    ...(error.data === undefined ? {} : { data: error.data }),
  }
}

function isRpcId(value: unknown): value is RpcId {
  return typeof value === 'string' || typeof value === 'number'
}

/** Codes that Taskscope itself answers with. */
export const methodNotFound = -32601
export const invalidParams = -32602

export type OutgoingMessage =
  | { readonly id: RpcId; readonly method: string; readonly params: JsonRecord }
  | { readonly method: string; readonly params?: JsonRecord }
  | { readonly id: RpcId; readonly result: JsonRecord }
  | { readonly id: RpcId; readonly error: RpcError }

/** The JSON of a message. */
export function writeRpcText(message: OutgoingMessage | JsonRecord): string {
  return JSON.stringify({ jsonrpc: '2.0', ...message })
}

/** One line of the stdio transport: JSON never holds a raw line feed. */
export function writeRpcLine(message: OutgoingMessage): string {
  return `${writeRpcText(message)}\n`
}
