/**
 * The headers by which the modern wire repeats what a request is about, for those who only read headers
 * (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http). Pure.
 */
import { type JsonRecord, stringAt } from '../wire/json-record.ts'
import type { OutgoingMessage } from '../wire/rpc-message.ts'
import { readMetaVersion } from './modern.ts'

/** The field of the params that `Mcp-Name` repeats. */
const nameFields: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}

/** What `Mcp-Name` has to say of a request; `undefined` when it says nothing. */
export function nameOf(method: string, params: JsonRecord): string | undefined {
  const field = Object.hasOwn(nameFields, method) ? nameFields[method] : undefined
  return field === undefined ? undefined : stringAt(params, field)
}

/** The headers that go with a message; none with what answers a request. */
export function modernHeaders(message: OutgoingMessage): Record<string, string> {
  if (!('method' in message)) return {}
  const { method, params = {} } = message
  const name = nameOf(method, params)
  const version = readMetaVersion(params)
  return {
    ...(version === undefined ? {} : { 'mcp-protocol-version': version }),
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': encodeName(name) }),
  }
}

/** What is not plain ASCII, or would be taken for the encoded form, travels as `=?base64?…?=`. */
function encodeName(name: string): string {
  const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(name) && !name.startsWith('=?')
  return plain ? name : `=?base64?${Buffer.from(name, 'utf8').toString('base64')}?=`
}

/** The name that a header `Mcp-Name` carries. */
export function decodeName(header: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/=]*)\?=$/.exec(header)?.[1]
  return encoded === undefined ? header : Buffer.from(encoded, 'base64').toString('utf8')
}
