import { pollingRules } from '../../../../core/mcp/lint/polling-rules.ts'
import { goodId, legacy } from './script.ts'
import { tryRules } from './try-rules.ts'

const related = { _meta: { 'io.modelcontextprotocol/related-task': { taskId: goodId } } }

tryRules(pollingRules, {
  'task-param-on-poll': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.exchange('tasks/get', { taskId: goodId, task: { ttl: 1 } }, s.task())
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.get()
      }),
  },
  'poll-too-fast': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.get()
        s.wait(100)
        s.get()
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.get()
        s.wait(950)
        s.get()
      }),
  },
  'undeclared-tasks-method': {
    breaks: () => legacy((s) => s.exchange('tasks/list', {}, { tasks: [] }), { tools: {}, tasks: { requests: {} } }),
    keeps: () => legacy((s) => s.exchange('tasks/list', {}, { tasks: [] }), { tools: {}, tasks: { list: {} } }),
  },
  'result-differs': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('completed')
        s.result({ content: [] })
        s.result({ content: [{ type: 'text', text: 'more' }] })
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('completed')
        s.result()
        s.result()
      }),
  },
  'late-result-delivery': {
    breaks: () =>
      legacy((s) => {
        s.create()
        const id = s.request('tasks/result', { taskId: goodId })
        s.status('completed')
        s.wait(900)
        s.answer(id, { content: [], ...related })
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('completed')
        s.wait(900)
        s.result()
      }),
  },
})
