import { statusRules } from '../../../../core/mcp/lint/status-rules.ts'
import { goodId, legacy, modern } from './script.ts'
import { tryRules } from './try-rules.ts'

tryRules(statusRules, {
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
})
