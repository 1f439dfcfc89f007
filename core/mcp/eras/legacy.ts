/**
 * Tasks of the core revision 2025-11-25
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks): the requestor asks for a task with
 * `params.task`, polls `tasks/get`, and fetches the result with a blocking `tasks/result`.
 */
import { isRecord, type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import type { RpcMessage } from '../wire/rpc-message.ts'
import type { Era } from './era.ts'
import { readSnapshot } from './read-snapshot.ts'

export const relatedTaskKey = 'io.modelcontextprotocol/related-task'

const times = { ttl: 'ttl', pollInterval: 'pollInterval' }
const onlyLegacy = new Set(['initialize', 'notifications/initialized', 'notifications/tasks/status', 'ping'])

export const legacyEra: Era = {
  name: 'legacy',
  title: 'legacy 2025-11-25',
  protocolVersion: '2025-11-25',
  statusNotification: 'notifications/tasks/status',
  speaks(message: RpcMessage): boolean {
    return (message.kind === 'request' || message.kind === 'notification') && onlyLegacy.has(message.method)
  },
  readCreation(result: JsonRecord) {
    const task = recordAt(result, 'task')
    return task === undefined ? undefined : readSnapshot(task, times)
  },
  readTask(fields: JsonRecord) {
    return readSnapshot(fields, times)
  },
}

/** The task that a request, notification or result says it belongs to. */
export function readRelatedTask(fields: JsonRecord): string | undefined {
  return stringAt(recordAt(recordAt(fields, '_meta'), relatedTaskKey), 'taskId')
}

/** `_meta` that ties a message to a task. */
export function relatedTaskMeta(taskId: string): JsonRecord {
  return { [relatedTaskKey]: { taskId } }
}

/** What a server said about tasks when it answered `initialize`. */
export interface LegacyTaskSupport {
  readonly list: boolean
  readonly cancel: boolean
  readonly toolsCall: boolean
}

export function readTaskSupport(capabilities: JsonRecord | undefined): LegacyTaskSupport {
  const tasks = recordAt(capabilities, 'tasks')
  return {
    list: isRecord(tasks?.list),
    cancel: isRecord(tasks?.cancel),
    toolsCall: isRecord(recordAt(recordAt(tasks, 'requests'), 'tools')?.call),
  }
}
