/** What can be wrong about results, progress, cancels and the conversation as such. */

import { randomUUID } from 'node:crypto'
import { subscriptionIdKey } from '../eras/modern.ts'
import { isTerminalStatus } from '../eras/task-snapshot.ts'
import { type JsonRecord, recordAt } from '../wire/json-record.ts'
import type { OutgoingMessage, RpcRequest } from '../wire/rpc-message.ts'
import { answers, type Deviation, isStatusNotice } from './deviation.ts'

type Progress = { readonly method: string; readonly params: JsonRecord }

export const resultDeviations: readonly Deviation[] = [
  {
    name: 'result-differs',
    does: 'gives another result each time that it is asked for',
    era: 'legacy',
    filter: () => ({
      outgoing(message, request) {
        if (!answers(message, request, 'tasks/result')) return [message]
        return [{ ...message, result: { ...message.result, content: [{ type: 'text', text: randomUUID() }] } }]
      },
    }),
  },
  {
    name: 'late-result-delivery',
    does: 'keeps a result back for a second after its end was told',
    era: 'legacy',
    habits: { resultDelayMs: 1000 },
  },
]

export const progressDeviations: readonly Deviation[] = [
  {
    name: 'progress-token-silent',
    does: 'takes a progress token and tells no progress',
    era: 'legacy',
    filter: () => ({ outgoing: (message) => (isProgress(message) ? [] : [message]) }),
  },
  {
    name: 'progress-after-end',
    does: 'tells progress once more after the end of a task',
    era: 'legacy',
    filter: () => {
      let last: Progress | undefined
      return {
        outgoing(message) {
          if (isProgress(message)) last = message
          const over = isStatusNotice(message) && isTerminalStatus(String(message.params.status))
          return over && last !== undefined ? [message, further(last)] : [message]
        },
      }
    },
  },
  {
    name: 'progress-not-increasing',
    does: 'tells the same progress again and again',
    era: 'legacy',
    filter: () => ({
      outgoing: (message) =>
        isProgress(message) ? [{ ...message, params: { ...message.params, progress: 1 } }] : [message],
    }),
  },
]

export const cancelDeviations: readonly Deviation[] = [
  {
    name: 'cancel-not-notified',
    does: 'notifies every status but a cancel',
    era: 'legacy',
    filter: () => ({
      outgoing: (message) => (isStatusNotice(message) && message.params.status === 'cancelled' ? [] : [message]),
    }),
  },
  {
    name: 'zombie-work',
    does: 'lets the work of a cancelled task run on',
    era: 'legacy',
    habits: { stopWork: false },
  },
  {
    name: 'result-missing-after-cancel',
    does: 'has no result for a cancelled task',
    era: 'legacy',
    habits: { cancelledResult: undefined },
  },
  {
    name: 'request-cancel-ignored',
    does: 'answers requests that were cancelled',
    filter: () => ({
      incoming: (message) =>
        message.kind === 'notification' && message.method === 'notifications/cancelled' ? undefined : message,
    }),
  },
]

export const wireDeviations: readonly Deviation[] = [
  {
    name: 'id-reused-across-directions',
    does: 'counts its own requests from 1, as most clients do',
    era: 'legacy',
    habits: { requestId: (n) => n },
  },
  {
    name: 'wrong-error-code',
    does: 'refuses unknown tasks as an internal error',
    filter: () => ({
      outgoing(message, request) {
        const about = request?.method.startsWith('tasks/') === true
        if (!about || !('error' in message) || message.error.code !== -32602) return [message]
        return [{ ...message, error: { ...message.error, code: -32603, message: 'task not found' } }]
      },
    }),
  },
  {
    name: 'listen-without-task-ids',
    does: 'acknowledges a subscription to tasks without them',
    era: 'modern',
    filter: () => ({
      outgoing(message) {
        const acknowledged = 'method' in message && message.method === 'notifications/subscriptions/acknowledged'
        if (!acknowledged) return [message]
        return [{ ...message, params: { ...recordAt(message, 'params'), notifications: {} } }]
      },
    }),
  },
  {
    name: 'notification-stream-dropped',
    does: 'ends a subscription as soon as it has been acknowledged',
    era: 'modern',
    filter: () => {
      const over = new Set<RpcRequest>()
      return {
        outgoing(message, request) {
          if (request?.method !== 'subscriptions/listen') return [message]
          if (over.has(request)) return []
          over.add(request)
          const _meta = { [subscriptionIdKey]: request.id }
          return [message, { id: request.id, result: { resultType: 'complete', _meta } }]
        },
      }
    },
  },
  {
    name: 'not-json-rpc',
    does: 'greets on its output, where only messages belong',
    banner: 'taskscope-lab is ready',
  },
  {
    name: 'stdin-eof-ignored',
    does: 'goes on when its input has ended, until a signal ends it',
    habits: { endWithInput: false },
  },
]

function isProgress(message: OutgoingMessage): message is Progress {
  return 'method' in message && message.method === 'notifications/progress' && message.params !== undefined
}

function further(message: Progress): Progress {
  return { ...message, params: { ...message.params, progress: Number(message.params.progress) + 1 } }
}
