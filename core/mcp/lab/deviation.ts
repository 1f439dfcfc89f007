/** One thing that a server can get wrong, named after the lint rule that notices it. */
import type { EraName } from '../eras/era.ts'
import type { Habits, MessageFilter } from '../serve/habits.ts'
import { isRecord, type JsonRecord, recordAt } from '../wire/json-record.ts'
import type { OutgoingMessage, RpcRequest } from '../wire/rpc-message.ts'

export interface Deviation {
  /** The rule's id. */
  readonly name: string
  /** One sentence without a full stop. */
  readonly does: string
  /** Where it can be seen; on both wires by default. */
  readonly era?: EraName
  readonly habits?: Partial<Habits>
  /** Makes the filter of one server; it may remember. */
  readonly filter?: () => MessageFilter
  /** Written among its messages before any of them. */
  readonly banner?: string
  /** Its process is killed so long after a task was created, milliseconds. */
  readonly crashAfterMs?: number
}

/** Whether a message is the answer with a result to a request of this method. */
export function answers(
  message: OutgoingMessage,
  request: RpcRequest | undefined,
  method: string,
): message is Extract<OutgoingMessage, { result: JsonRecord }> {
  return request?.method === method && 'result' in message
}

export function isStatusNotice(
  message: OutgoingMessage,
): message is { readonly method: string; readonly params: JsonRecord } {
  if (!('method' in message) || 'id' in message || message.params === undefined) return false
  return message.method === 'notifications/tasks/status' || message.method === 'notifications/tasks'
}

/** The same message with every description of a task in it changed. */
function mapTasks(message: OutgoingMessage, change: (task: JsonRecord) => JsonRecord): OutgoingMessage {
  if ('result' in message) return { ...message, result: mapIn(message.result, change) }
  if ('method' in message && message.params !== undefined && !('id' in message)) {
    return { ...message, params: mapIn(message.params, change) }
  }
  return message
}

function mapIn(fields: JsonRecord, change: (task: JsonRecord) => JsonRecord): JsonRecord {
  if (typeof fields.taskId === 'string' && typeof fields.status === 'string') return change(fields)
  const nested = recordAt(fields, 'task')
  if (nested !== undefined) return { ...fields, task: change(nested) }
  if (!Array.isArray(fields.tasks)) return fields
  return { ...fields, tasks: fields.tasks.map((task: unknown) => (isRecord(task) ? change(task) : task)) }
}

/** A deviation that only changes how tasks are described. */
export function describing(change: () => (task: JsonRecord) => JsonRecord): () => MessageFilter {
  return () => {
    const changed = change()
    return { outgoing: (message) => [mapTasks(message, changed)] }
  }
}
