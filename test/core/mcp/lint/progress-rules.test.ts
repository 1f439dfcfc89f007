import { progressRules } from '../../../../core/mcp/lint/progress-rules.ts'
import { legacy } from './script.ts'
import { tryRules } from './try-rules.ts'

tryRules(progressRules, {
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
})
