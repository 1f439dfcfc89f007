import { expect, test } from 'vitest'
import { Analyzer } from '../../../../core/mcp/analyze/analyzer.ts'
import { CaptureFeed } from '../../../../core/mcp/analyze/capture-feed.ts'
import { doctorRules } from '../../../../core/mcp/lint/doctor-rules.ts'
import { Linter } from '../../../../core/mcp/lint/linter.ts'
import type { RuleFamily } from '../../../../core/mcp/lint/rule.ts'
import { goodId, legacy } from './script.ts'
import { tryRules } from './try-rules.ts'

const related = { _meta: { 'io.modelcontextprotocol/related-task': { taskId: goodId } } }
const elicitation = { message: 'Which?', requestedSchema: { type: 'object' } }

tryRules(doctorRules, {
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
})

test('what stands still is judged when there may be something to find, not whenever time is told', () => {
  const reports: string[] = []
  const watched = {
    ...doctorRules,
    watch: (report, ledger) =>
      doctorRules.watch((rule, discovery) => {
        reports.push(rule)
        report(rule, discovery)
      }, ledger),
  } satisfies RuleFamily
  const analyzer = new Analyzer([new Linter(undefined, [watched])])
  const feed = new CaptureFeed(analyzer)
  const rpc = (dir: string, msg: object) => JSON.stringify({ tMs: 0, kind: 'rpc', dir, transport: 'stdio', msg })
  const task = { taskId: goodId, status: 'working', ttl: 60_000, pollInterval: 1000 }
  feed.push(rpc('c2s', { id: 1, method: 'tools/call', params: { name: 'x', task: {} } }))
  feed.push(rpc('s2c', { id: 1, result: { task } }))
  for (let at = 0; at < 100_000; at += 250) analyzer.tick(at)
  expect([...new Set(reports)]).toEqual(['abandoned-by-client', 'stalled', 'expired'])
  // 400 times it was told.
  expect(reports.length).toBeLessThan(10)
})
