/** Every rule with a conversation that breaks it, and one that comes as near as it may. */
import { describe, expect, test } from 'vitest'
import type { LintFinding } from '../../../../core/mcp/lint/rule.ts'
import { ruleIds, ruleOf } from '../../../../core/mcp/lint/rule-families.ts'
import { goodId, legacy, modern } from './script.ts'

type Found = readonly LintFinding[]

interface Case {
  readonly breaks: () => Found
  readonly keeps: () => Found
}

const related = { _meta: { 'io.modelcontextprotocol/related-task': { taskId: goodId } } }
const elicitation = { message: 'Which?', requestedSchema: { type: 'object' } }
const question = { method: 'elicitation/create', params: elicitation }
const undeclared = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  },
}
const headersFor = (method: string, params: Readonly<Record<string, unknown>>) => ({
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': method,
  ...(params.name === undefined ? {} : { 'Mcp-Name': params.name }),
  ...(params.taskId === undefined ? {} : { 'Mcp-Name': params.taskId }),
})

const cases: Readonly<Record<string, Case>> = {
  'status-before-create': {
    breaks: () =>
      legacy((s) => {
        const id = s.request('tools/call', { name: 'crawl', task: {} })
        s.status('working')
        s.answer(id, { task: s.task() })
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('working')
      }),
  },
  'ttl-overridden': {
    breaks: () => legacy((s) => s.create({ task: { ttl: 1500 } })),
    keeps: () => legacy((s) => s.create({ task: { ttl: 60_000 } })),
  },
  'undeclared-create': {
    breaks: () => modern((s) => s.create(undeclared)),
    keeps: () => modern((s) => s.create()),
  },
  'required-tool-without-task': {
    breaks: () => legacy((s) => s.request('tools/call', { name: 'crawl' })),
    keeps: () => legacy((s) => s.request('tools/call', { name: 'maybe' })),
  },
  'task-on-forbidden-tool': {
    breaks: () => legacy((s) => s.request('tools/call', { name: 'echo', task: {} })),
    keeps: () => legacy((s) => s.request('tools/call', { name: 'maybe', task: {} })),
  },
  'silent-task-leaked': {
    breaks: () =>
      legacy((s) => {
        const id = s.request('tools/call', { name: 'maybe' })
        s.status('working')
        s.answer(id, { content: [] })
      }),
    keeps: () =>
      legacy((s) => {
        const id = s.request('tools/call', { name: 'maybe' })
        s.answer(id, { content: [] })
        s.create()
        s.status('working')
      }),
  },
  'notified-unknown-task': {
    breaks: () => legacy((s) => s.status('working')),
    keeps: () =>
      legacy((s) => {
        s.status('working')
        s.get()
      }),
  },
  'low-entropy-task-id': {
    breaks: () => legacy((s) => s.create({}, { taskId: 'task-17' })),
    keeps: () => legacy((s) => s.create({}, { taskId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' })),
  },
  'get-not-resolvable-after-create': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.refuse(s.request('tasks/get', { taskId: goodId }), -32602, 'Task not found')
      }),
    keeps: () =>
      legacy((s) => {
        s.create({}, { ttl: 500 })
        s.wait(900)
        s.refuse(s.request('tasks/get', { taskId: goodId }), -32602, 'Task not found')
      }),
  },
  'illegal-transition': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('paused')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        for (const status of ['input_required', 'working', 'input_required', 'completed']) s.status(status)
      }),
  },
  'change-after-terminal': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('completed')
        s.status('failed')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        const early = s.task('working')
        s.wait(10)
        s.status('completed')
        // Overtaken on its way: its own time says that it is older.
        s.exchange('tasks/get', { taskId: goodId }, early)
      }),
  },
  'duplicate-status': {
    breaks: () =>
      legacy((s) => {
        s.create()
        const status = s.task('working', { statusMessage: 'a' })
        s.notify('notifications/tasks/status', status)
        s.notify('notifications/tasks/status', status)
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('working', { statusMessage: 'a' })
        s.status('working', { statusMessage: 'a' })
      }),
  },
  'time-not-monotonic': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('working', { lastUpdatedAt: '2026-11-24T09:00:00.000Z' })
      }),
    keeps: () =>
      legacy((s) => {
        const same = { lastUpdatedAt: '2026-11-24T10:00:00.000Z' }
        s.create({}, same)
        s.status('working', same)
      }),
  },
  'bad-ttl': {
    breaks: () => legacy((s) => s.create({}, { ttl: -1 })),
    keeps: () => legacy((s) => s.create({}, { ttl: null })),
  },
  'wrong-era-field': {
    breaks: () => legacy((s) => s.create({}, { ttlMs: 60_000 })),
    keeps: () => modern((s) => s.create()),
  },
  'failed-vs-iserror': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.status('completed')
        s.result({ isError: true, content: [] })
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('failed')
        s.result({ isError: true, content: [] })
      }),
  },
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
        s.get('working')
        s.get('input_required', { inputRequests: { name: question } })
      }),
    keeps: () =>
      modern((s) => {
        s.create()
        s.get('input_required', { inputRequests: { name: question } })
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
  'progress-token-silent': {
    breaks: () =>
      legacy((s) => {
        s.create({ _meta: { progressToken: 'p' } })
        s.status('completed')
      }),
    keeps: () =>
      legacy((s) => {
        s.create({ _meta: { progressToken: 'p' } })
        s.notify('notifications/progress', { progressToken: 'p', progress: 1 })
        s.status('completed')
      }),
  },
  'progress-after-end': {
    breaks: () =>
      legacy((s) => {
        s.create({ _meta: { progressToken: 'p' } })
        s.status('completed')
        s.notify('notifications/progress', { progressToken: 'p', progress: 1 })
      }),
    keeps: () =>
      legacy((s) => {
        // The creation answers the request, and its token lives on with the task.
        s.create({ _meta: { progressToken: 'p' } })
        s.notify('notifications/progress', { progressToken: 'p', progress: 1 })
      }),
  },
  'progress-not-increasing': {
    breaks: () =>
      legacy((s) => {
        s.create({ _meta: { progressToken: 'p' } })
        for (const progress of [1, 1]) s.notify('notifications/progress', { progressToken: 'p', progress })
      }),
    keeps: () =>
      legacy((s) => {
        s.create({ _meta: { progressToken: 'p' } })
        for (const progress of [0.1, 0.2]) s.notify('notifications/progress', { progressToken: 'p', progress })
      }),
  },
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
  'not-json': {
    breaks: () => legacy((s) => s.raw('{"kind":"rpc","dir"')),
    keeps: () => legacy((s) => s.line('a-kind-of-tomorrow', { anything: [1] })),
  },
  'not-json-rpc': {
    breaks: () => legacy((s) => s.line('rpc-unparsed', { text: 'hello' })),
    keeps: () => legacy((s) => s.line('stderr', { text: 'hello' })),
  },
  'id-reused-across-directions': {
    breaks: () =>
      legacy((s) => {
        s.request('ping', {}, 'c2s', 1)
        s.request('ping', {}, 's2c', 1)
      }),
    keeps: () =>
      legacy((s) => {
        s.request('ping', {}, 'c2s', 1)
        s.request('ping', {}, 's2c', 2)
      }),
  },
  'missing-meta': {
    breaks: () => modern((s) => s.request('tools/list', { _meta: {} })),
    keeps: () => modern((s) => s.request('tools/list')),
  },
  'mcp-name-mismatch': {
    breaks: () =>
      modern(
        (s) => s.request('tools/call', { name: 'crawl' }),
        (method, params) => ({ ...headersFor(method, params), 'Mcp-Name': 'crowl' }),
      ),
    keeps: () =>
      modern(
        (s) => s.request('tools/call', { name: 'é' }),
        (method, params) => ({
          ...headersFor(method, params),
          'Mcp-Name': `=?base64?${Buffer.from('é').toString('base64')}?=`,
        }),
      ),
  },
  'mcp-method-mismatch': {
    breaks: () =>
      modern(
        (s) => s.request('tasks/get', { taskId: goodId }),
        (method, params) => ({ ...headersFor(method, params), 'Mcp-Method': 'tasks/list' }),
      ),
    keeps: () => modern((s) => s.request('tasks/get', { taskId: goodId }), headersFor),
  },
  'listen-without-task-ids': {
    breaks: () =>
      modern((s) => {
        const id = s.request('subscriptions/listen', { notifications: { taskIds: [goodId] } })
        const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
        s.notify('notifications/subscriptions/acknowledged', { notifications: {}, _meta })
      }),
    keeps: () =>
      modern((s) => {
        const id = s.request('subscriptions/listen', { notifications: { taskIds: [goodId] } })
        const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
        s.notify('notifications/subscriptions/acknowledged', { notifications: { taskIds: [goodId] }, _meta })
        s.request('subscriptions/listen', { notifications: { toolsListChanged: true } })
      }),
  },
  'wrong-error-code': {
    breaks: () => legacy((s) => s.refuse(s.request('tasks/get', { taskId: 'x' }), -32603, 'Task not found')),
    keeps: () => legacy((s) => s.refuse(s.request('tasks/get', { taskId: 'x' }), -32602, 'Task not found')),
  },
  'stdin-eof-ignored': {
    breaks: () =>
      legacy((s) => {
        s.line('stdin-end')
        s.wait(500)
        s.line('signal', { sig: 'SIGTERM' })
        s.line('exit', { code: null, sig: 'SIGTERM' })
      }),
    keeps: () =>
      legacy((s) => {
        s.line('stdin-end')
        s.wait(500)
        s.line('exit', { code: 0, sig: null })
      }),
  },
  'era-probe': {
    breaks: () =>
      modern((s) => {
        s.exchange('initialize', { protocolVersion: '2025-11-25' }, { protocolVersion: '2025-11-25', capabilities: {} })
        s.request('tools/list', { _meta: {} })
      }),
    keeps: () => modern((s) => s.request('tools/list')),
  },
  'stalled-input-required': {
    breaks: () =>
      legacy((s) => {
        s.create()
        for (let poll = 0; poll < 4; poll += 1) {
          s.wait(1000)
          s.get('input_required')
        }
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.get('input_required')
        s.request('tasks/result', { taskId: goodId })
        for (let poll = 0; poll < 4; poll += 1) {
          s.wait(1000)
          s.get('input_required')
        }
      }),
  },
  'input-unanswered': {
    breaks: () =>
      legacy((s) => {
        s.create()
        const requestId = s.request('elicitation/create', { ...elicitation, ...related }, 's2c')
        s.wait(5000)
        s.notify('notifications/cancelled', { requestId }, 's2c')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        const id = s.request('elicitation/create', { ...elicitation, ...related }, 's2c')
        s.wait(29_000)
        s.answer(id, { action: 'accept', content: {} }, 'c2s')
        s.wait(10_000)
        s.get()
      }),
  },
  'abandoned-by-client': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.get()
        s.wait(12_000)
        s.line('stderr', { text: 'still there' })
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.request('tasks/result', { taskId: goodId })
        s.wait(12_000)
        s.line('stderr', { text: 'still there' })
      }),
  },
  'orphaned-by-session-end': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.line('stdin-end')
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.status('completed')
        s.line('stdin-end')
      }),
  },
  'orphaned-by-server-exit': {
    breaks: () =>
      legacy((s) => {
        s.create()
        s.line('exit', { code: null, sig: 'SIGKILL' })
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        s.line('stdin-end')
        s.line('exit', { code: 0, sig: null })
      }),
  },
  expired: {
    breaks: () =>
      legacy((s) => {
        s.create({}, { ttl: 1500 })
        s.wait(2000)
        s.get('working', { ttl: 1500 })
      }),
    keeps: () =>
      legacy((s) => {
        s.create({}, { ttl: null })
        s.wait(2000)
        s.get('working', { ttl: null })
      }),
  },
  stalled: {
    breaks: () =>
      legacy((s) => {
        const still = { lastUpdatedAt: '2026-11-24T10:00:00.000Z' }
        s.create({}, still)
        for (let poll = 0; poll < 32; poll += 1) {
          s.wait(1000)
          s.get('working', still)
        }
      }),
    keeps: () =>
      legacy((s) => {
        s.create()
        for (let poll = 0; poll < 32; poll += 1) {
          s.wait(1000)
          s.get('working', { statusMessage: `step ${poll}` })
        }
      }),
  },
}

test('every rule is tried', () => {
  expect(Object.keys(cases).sort()).toEqual([...ruleIds()].sort())
})

test('a client that probed and fell back speaks the legacy wire from then on', () => {
  expect(cases['era-probe']?.breaks().map((finding) => finding.rule)).toEqual(['era-probe'])
})

describe.each(Object.entries(cases))('%s', (rule, { breaks, keeps }) => {
  test('is found, with its frames and one sentence', () => {
    const found = breaks().filter((finding) => finding.rule === rule)
    expect(found.length).toBeGreaterThan(0)
    for (const { text } of found) expect(text).toMatch(/^[^\n]+\.$/)
    expect(ruleOf(rule)?.severity).toBe(found[0]?.severity)
    expect(ruleOf(rule)?.address).toMatch(/^https:/)
  })

  test('is not found in what comes near', () => {
    expect(keeps().filter((finding) => finding.rule === rule)).toEqual([])
  })
})
