import { wireRules } from '../../../../core/mcp/lint/wire-rules.ts'
import { goodId, legacy, modern } from './script.ts'
import { tryRules } from './try-rules.ts'

const headersFor = (method: string, params: Readonly<Record<string, unknown>>) => ({
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': method,
  ...(params.name === undefined ? {} : { 'Mcp-Name': params.name }),
  ...(params.taskId === undefined ? {} : { 'Mcp-Name': params.taskId }),
})

tryRules(wireRules, {
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
    keeps: () =>
      legacy((s) => {
        s.refuse(s.request('tasks/get', { taskId: 'x' }), -32602, 'Task not found')
        s.refuse(s.request('tools/call', { name: 'of another server', task: {} }), -32602, 'Tool not found')
      }),
  },
  'stdin-eof-ignored': {
    breaks: () =>
      legacy((s) => {
        s.line('stdin-end')
        s.wait(300)
        s.line('signal', { sig: 'SIGTERM' })
        s.line('exit', { code: null, sig: 'SIGTERM' })
      }),
    keeps: () =>
      legacy((s) => {
        // A client that does not wait says nothing of the server.
        s.line('stdin-end')
        s.wait(50)
        s.line('signal', { sig: 'SIGTERM' })
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
})
