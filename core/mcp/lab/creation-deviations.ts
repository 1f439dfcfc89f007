/** What can be wrong about how tasks come to be. */
import { recordAt } from '../wire/json-record.ts'
import { answers, type Deviation, isStatusNotice } from './deviation.ts'

const fixedTtlMs = 300_000

export const creationDeviations: readonly Deviation[] = [
  {
    name: 'status-before-create',
    does: 'notifies the status of a task before the answer that creates it',
    era: 'legacy',
    filter: () => ({
      outgoing(message, request) {
        const task = answers(message, request, 'tools/call') ? recordAt(message.result, 'task') : undefined
        return task === undefined ? [message] : [{ method: 'notifications/tasks/status', params: task }, message]
      },
    }),
  },
  {
    name: 'ttl-overridden',
    does: 'grants five minutes whatever is asked for',
    era: 'legacy',
    habits: { ttlMs: () => fixedTtlMs },
  },
  {
    name: 'undeclared-create',
    does: 'makes tasks for clients that did not say that they know them',
    era: 'modern',
    habits: { askDeclaration: false },
  },
  {
    name: 'silent-task-leaked',
    does: 'makes a task of every plain call and notifies it',
    era: 'legacy',
    habits: { notifyPlainCalls: true },
  },
  {
    name: 'notified-unknown-task',
    does: 'notifies the status of a task that nobody created',
    filter: () => ({
      outgoing(message) {
        if (!isStatusNotice(message)) return [message]
        return [message, { ...message, params: { ...message.params, taskId: 'f0e1d2c3-b4a5-4697-8899-aabbccddeeff' } }]
      },
    }),
  },
  {
    name: 'low-entropy-task-id',
    does: 'counts its tasks',
    get habits() {
      let count = 0
      return {
        taskId: () => {
          count += 1
          return `task-${count}`
        },
      }
    },
  },
  {
    name: 'get-not-resolvable-after-create',
    does: 'does not know a task at the first tasks/get',
    filter: () => {
      const known = new Set<unknown>()
      return {
        outgoing(message, request) {
          if (!answers(message, request, 'tasks/get') || known.has(message.result.taskId)) return [message]
          known.add(message.result.taskId)
          return [{ id: message.id, error: { code: -32602, message: 'there is no such task' } }]
        },
      }
    },
  },
  {
    name: 'expired',
    does: 'keeps every task for two seconds only',
    habits: { ttlMs: () => 2000 },
  },
  {
    name: 'orphaned-by-server-exit',
    does: 'is killed a second after a task was created',
    crashAfterMs: 1000,
  },
]
