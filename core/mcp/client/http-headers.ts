/** The headers by which the modern wire repeats what a request is about, for those who only read headers. Pure. */
import { readMetaVersion } from '../eras/modern.ts'
import { stringAt } from '../wire/json-record.ts'
import type { OutgoingMessage } from '../wire/rpc-message.ts'

/** The field of the params that `Mcp-Name` repeats. */
const nameFields: Readonly<Record<string, string | undefined>> = {
  'tools/call': 'name',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}

export function modernHeaders(message: OutgoingMessage): Record<string, string> {
  if (!('method' in message)) return {}
  const { method, params = {} } = message
  const field = Object.hasOwn(nameFields, method) ? nameFields[method] : undefined
  const name = field === undefined ? undefined : stringAt(params, field)
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
