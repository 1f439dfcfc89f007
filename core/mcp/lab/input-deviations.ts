/** What can be wrong about questions. */

import { relatedTaskKey } from '../eras/legacy.ts'
import { isTerminalStatus } from '../eras/task-snapshot.ts'
import { type JsonRecord, recordAt } from '../wire/json-record.ts'
import type { OutgoingMessage } from '../wire/rpc-message.ts'
import { answers, type Deviation, describing } from './deviation.ts'

export const inputDeviations: readonly Deviation[] = [
  {
    name: 'related-task-missing',
    does: 'does not say to which task questions and results belong',
    era: 'legacy',
    filter: () => ({ outgoing: (message) => [withoutRelation(message)] }),
  },
  {
    name: 'input-key-reused',
    does: 'gives every question of a task the same key',
    era: 'modern',
    habits: { questionKey: () => 'question' },
  },
  {
    name: 'answered-key-still-pending',
    does: 'keeps listing questions that have been answered',
    era: 'modern',
    filter: describing(() => {
      const asked = new Map<unknown, JsonRecord>()
      return (task) => {
        const all = { ...asked.get(task.taskId), ...recordAt(task, 'inputRequests') }
        asked.set(task.taskId, all)
        if (isTerminalStatus(String(task.status)) || Object.keys(all).length === 0) return task
        return { ...task, status: 'input_required', inputRequests: all }
      }
    }),
  },
  {
    name: 'input-unanswered',
    does: 'takes a question back at once',
    era: 'legacy',
    filter: () => ({
      outgoing(message) {
        if (!('method' in message) || !('id' in message)) return [message]
        const params = { requestId: message.id, reason: 'nobody answered' }
        return [message, { method: 'notifications/cancelled', params }]
      },
    }),
  },
  {
    name: 'stale-elicitation-delivered',
    does: 'asks a question once more when the task has ended',
    era: 'legacy',
    filter: () => {
      let question: Extract<OutgoingMessage, { method: string; params: JsonRecord; id: unknown }> | undefined
      return {
        outgoing(message, request) {
          if ('method' in message && 'id' in message) question = message
          if (question === undefined || !answers(message, request, 'tasks/result')) return [message]
          return [{ ...question, id: `${question.id}-again` }, message]
        },
      }
    },
  },
]

function withoutRelation(message: OutgoingMessage): OutgoingMessage {
  if ('result' in message) return { ...message, result: stripped(message.result) }
  if ('method' in message && 'id' in message) return { ...message, params: stripped(message.params) }
  return message
}

function stripped(fields: JsonRecord): JsonRecord {
  const meta = recordAt(fields, '_meta')
  if (meta === undefined || !(relatedTaskKey in meta)) return fields
  const { [relatedTaskKey]: _related, ...rest } = meta
  return { ...fields, _meta: rest }
}
