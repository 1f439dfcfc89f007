import { cancelRules } from '../../../../core/mcp/lint/cancel-rules.ts'
import { goodId, legacy } from './script.ts'
import { tryRules } from './try-rules.ts'

tryRules(cancelRules, {
  'cancel-not-notified': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('working')
        s.exchange('tasks/cancel', { taskId: goodId }, s.task('cancelled'))
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('working')
        s.exchange('tasks/cancel', { taskId: goodId }, s.task('cancelled'))
        s.status('cancelled')
      }),
  },
  'cancel-of-terminal': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('completed')
        s.refuse(s.request('tasks/cancel', { taskId: goodId }), -32602, 'Cannot cancel')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        const id = s.request('tasks/cancel', { taskId: goodId })
        s.status('completed')
        s.refuse(id, -32602, 'Cannot cancel')
      }),
  },
  'zombie-work': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.exchange('tasks/cancel', { taskId: goodId }, s.task('cancelled'))
        s.line('stderr', { text: `Cannot update task ${goodId} from terminal status` })
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.line('stderr', { text: `working on ${goodId}` })
        s.exchange('tasks/cancel', { taskId: goodId }, s.task('cancelled'))
        s.line('stderr', { text: `${goodId}0 is another one` })
      }),
  },
  'result-missing-after-cancel': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.exchange('tasks/cancel', { taskId: goodId }, s.task('cancelled'))
        s.refuse(s.request('tasks/result', { taskId: goodId }), -32603, 'has no result stored')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('failed')
        s.refuse(s.request('tasks/result', { taskId: goodId }), -32000, 'it broke')
      }),
  },
  'request-cancel-ignored': {
    breaks: () =>
      legacy((s) => {
        const requestId = s.request('tools/call', { name: 'echo', _meta: { progressToken: 7 } })
        s.notify('notifications/cancelled', { requestId }, 'c2s')
        s.wait(500)
        s.notify('notifications/progress', { progressToken: 7, progress: 2 })
      }),
    keeps: () =>
      legacy((s) => {
        const requestId = s.request('tools/call', { name: 'echo', _meta: { progressToken: 7 } })
        s.notify('notifications/cancelled', { requestId }, 'c2s')
        // On its way already.
        s.answer(requestId, { content: [] })
      }),
  },
  'request-cancelled-instead-of-task': {
    breaks: () =>
      legacy((s) => {
        const requestId = s.create()
        s.notify('notifications/cancelled', { requestId }, 'c2s')
      }),
    keeps: () =>
      legacy((s) => {
        const requestId = s.create()
        // A client that cancels a poll of its own, which a notification has made needless.
        s.notify('notifications/cancelled', { requestId: s.request('tasks/get', { taskId: goodId }) }, 'c2s')
        s.status('completed')
        s.notify('notifications/cancelled', { requestId }, 'c2s')
      }),
  },
  'abort-without-task-cancel': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.notify('notifications/cancelled', { requestId: s.request('tasks/result', { taskId: goodId }) }, 'c2s')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.notify('notifications/cancelled', { requestId: s.request('tasks/result', { taskId: goodId }) }, 'c2s')
        s.exchange('tasks/cancel', { taskId: goodId }, s.task('cancelled'))
      }),
  },
})
