import { creationRules } from '../../../../core/mcp/lint/creation-rules.ts'
import { goodId, legacy, modern } from './script.ts'
import { tryRules } from './try-rules.ts'

const undeclared = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  },
}

tryRules(creationRules, {
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
})
