/**
 * A served task in the shapes of the revision 2025-11-25
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks). Pure.
 */
import { relatedTaskMeta } from '../eras/legacy.ts'
import type { WireStatus } from '../eras/task-snapshot.ts'
import { type JsonRecord, recordAt } from '../wire/json-record.ts'
import type { ServedTask } from './served-task.ts'

export function legacyTask(task: ServedTask): JsonRecord {
  return {
    taskId: task.id,
    status: statusOf(task),
    ...(task.message !== undefined && { statusMessage: task.message }),
    createdAt: new Date(task.createdAt).toISOString(),
    lastUpdatedAt: new Date(task.lastUpdatedAt).toISOString(),
    ttl: task.ttlMs,
    pollInterval: task.pollIntervalMs,
  }
}

/** Ties what is said to its task. */
export function related(task: ServedTask, fields: JsonRecord): JsonRecord {
  return { ...fields, _meta: { ...recordAt(fields, '_meta'), ...relatedTaskMeta(task.id) } }
}

/** Here a tool that reports an error makes its task failed. */
function statusOf(task: ServedTask): WireStatus {
  const { answer } = task
  switch (answer?.kind) {
    case undefined:
      return task.questions.size > 0 ? 'input_required' : 'working'
    case 'result':
      return answer.isError ? 'failed' : 'completed'
    case 'error':
      return 'failed'
    case 'cancelled':
      return 'cancelled'
  }
}
