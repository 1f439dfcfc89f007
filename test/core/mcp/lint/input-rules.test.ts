import { inputRules } from '../../../../core/mcp/lint/input-rules.ts'
import { goodId, legacy, modern } from './script.ts'
import { tryRules } from './try-rules.ts'

const related = { _meta: { 'io.modelcontextprotocol/related-task': { taskId: goodId } } }
const elicitation = { message: 'Which?', requestedSchema: { type: 'object' } }
const question = { method: 'elicitation/create', params: { message: 'Which?', requestedSchema: { type: 'object' } } }

tryRules(inputRules, {
  'related-task-missing': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('input_required')
        s.request('tasks/result', { taskId: goodId })
        s.request('elicitation/create', elicitation, 's2c')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('input_required')
        const result = s.request('tasks/result', { taskId: goodId })
        const id = s.request('elicitation/create', { ...elicitation, ...related }, 's2c')
        s.answer(id, { action: 'decline', ...related }, 'c2s')
        s.status('completed')
        s.answer(result, { content: [], ...related })
      }),
  },
  'stale-elicitation-delivered': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('input_required')
        s.status('working')
        s.request('elicitation/create', { ...elicitation, ...related }, 's2c')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('input_required')
        s.answer(s.request('elicitation/create', { ...elicitation, ...related }, 's2c'), { action: 'cancel' }, 'c2s')
        s.status('working')
        // A second question whose status no poll has seen yet.
        s.request('elicitation/create', { ...elicitation, ...related }, 's2c')
      }),
  },
  'unknown-input-key': {
    breaks: () =>
      modern((s) => {
        s.create()
        s.get('input_required', { inputRequests: { name: question } })
        s.exchange('tasks/update', { taskId: goodId, inputResponses: { nome: {} } }, { resultType: 'complete' })
      }),
    keeps: () =>
      modern((s) => {
        s.create()
        s.get('input_required', { inputRequests: { name: question, age: question } })
        s.exchange('tasks/update', { taskId: goodId, inputResponses: { name: {} } }, { resultType: 'complete' })
      }),
  },
  'input-key-reused': {
    breaks: () =>
      modern((s) => {
        s.create()
        s.get('input_required', { inputRequests: { name: question } })
        s.exchange('tasks/update', { taskId: goodId, inputResponses: { name: {} } }, { resultType: 'complete' })
        s.get('working')
        s.get('input_required', { inputRequests: { name: question } })
      }),
    keeps: () =>
      modern((s) => {
        s.create()
        s.get('input_required', { inputRequests: { name: question } })
        s.get('input_required', { inputRequests: { name: question } })
        s.get('working')
        // It was left out, not answered, and is the same question still.
        s.get('input_required', { inputRequests: { name: question } })
        s.get('input_required', { inputRequests: { age: question } })
      }),
  },
  'answered-key-still-pending': {
    breaks: () =>
      modern((s) => {
        s.create()
        s.get('input_required', { inputRequests: { name: question } })
        s.exchange('tasks/update', { taskId: goodId, inputResponses: { name: {} } }, { resultType: 'complete' })
        s.get('input_required', { inputRequests: { name: question } })
        s.get('input_required', { inputRequests: { name: question } })
      }),
    keeps: () =>
      modern((s) => {
        s.create()
        s.get('input_required', { inputRequests: { name: question } })
        s.exchange('tasks/update', { taskId: goodId, inputResponses: { name: {} } }, { resultType: 'complete' })
        s.get('input_required', { inputRequests: { name: question } })
        s.get('working')
      }),
  },
})
