/**
 * Tasks of the extension `io.modelcontextprotocol/tasks` on the core revision 2026-07-28: the server decides per
 * request whether to answer with a task, results are inlined in `tasks/get`, and there is no session.
 */
import { type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import type { RpcMessage } from '../wire/rpc-message.ts'
import type { Era } from './era.ts'
import { readSnapshot } from './read-snapshot.ts'

export const tasksExtension = 'io.modelcontextprotocol/tasks'
export const protocolVersionKey = 'io.modelcontextprotocol/protocolVersion'
export const clientCapabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'
export const subscriptionIdKey = 'io.modelcontextprotocol/subscriptionId'

/** The error codes that only servers of this wire answer with. */
export const headerMismatch = -32020
export const missingClientCapability = -32021
export const unsupportedVersion = -32022

const times = { ttl: 'ttlMs', pollInterval: 'pollIntervalMs' }
const onlyModern = new Set(['server/discover', 'subscriptions/listen', 'tasks/update', 'notifications/tasks'])

export const modernEra: Era = {
  name: 'modern',
  title: 'modern 2026-07-28',
  protocolVersion: '2026-07-28',
  statusNotification: 'notifications/tasks',
  speaks(message: RpcMessage): boolean {
    if (message.kind === 'result') return stringAt(message.result, 'resultType') !== undefined
    if (message.kind === 'error') return false
    return onlyModern.has(message.method) || readMetaVersion(message.params) !== undefined
  },
  readCreation(result: JsonRecord) {
    return result.resultType === 'task' ? readSnapshot(result, times) : undefined
  },
  readTask(fields: JsonRecord) {
    return readSnapshot(fields, times)
  },
}

/** The revision that a request says it is written in. */
export function readMetaVersion(params: JsonRecord): string | undefined {
  return stringAt(recordAt(params, '_meta'), protocolVersionKey)
}

/** Whether this very request declared that its sender understands tasks. */
export function declaresTasks(params: JsonRecord): boolean {
  const capabilities = recordAt(recordAt(params, '_meta'), clientCapabilitiesKey)
  return recordAt(recordAt(capabilities, 'extensions'), tasksExtension) !== undefined
}
