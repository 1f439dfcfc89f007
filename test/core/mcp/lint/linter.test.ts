import { expect, test } from 'vitest'
import { Analyzer } from '../../../../core/mcp/analyze/analyzer.ts'
import { Linter } from '../../../../core/mcp/lint/linter.ts'
import type { LintFinding } from '../../../../core/mcp/lint/rule.ts'
import { ruleIds } from '../../../../core/mcp/lint/rule-families.ts'
import { legacy, modern } from './script.ts'

/** Captures, tools and people refer to rules by these names, so none may go or change. */
const names =
  `status-before-create, ttl-overridden, cancel-not-notified, cancel-of-terminal, zombie-work, result-missing-after-cancel,
  request-cancel-ignored, request-cancelled-instead-of-task, abort-without-task-cancel, task-param-on-poll,
  related-task-missing, id-reused-across-directions, progress-token-silent, progress-after-end, progress-not-increasing,
  required-tool-without-task, task-on-forbidden-tool, illegal-transition, change-after-terminal, duplicate-status,
  time-not-monotonic, bad-ttl, wrong-era-field, failed-vs-iserror, undeclared-create, undeclared-tasks-method,
  get-not-resolvable-after-create, missing-meta, mcp-name-mismatch, mcp-method-mismatch, unknown-input-key,
  input-key-reused, answered-key-still-pending, listen-without-task-ids, wrong-error-code, poll-too-fast,
  notified-unknown-task, silent-task-leaked, result-differs, low-entropy-task-id, stdin-eof-ignored,
  late-result-delivery, stale-elicitation-delivered, era-probe, stalled-input-required, input-unanswered,
  abandoned-by-client, orphaned-by-session-end, orphaned-by-server-exit, expired, stalled`.split(/,\s+/)

test('knows every rule by its name, each once', () => {
  expect(ruleIds()).toEqual(expect.arrayContaining(names))
  expect(new Set(ruleIds()).size).toBe(ruleIds().length)
})

test('an ordinary conversation on either wire has no findings', () => {
  const play: Parameters<typeof legacy>[0] = (s) => {
    s.create()
    s.wait(1000)
    s.get()
    s.status('completed')
    s.result()
  }
  expect(legacy(play)).toEqual([])
  const modernPlay: typeof play = (s) => {
    s.create()
    s.wait(1000)
    s.get()
    s.wait(1000)
    s.get('completed', { result: { content: [] } })
  }
  expect(modern(modernPlay)).toEqual([])
})

test('a fault that goes on is one finding with all its frames', () => {
  const found = legacy((s) => {
    s.create()
    for (let poll = 0; poll < 5; poll += 1) s.get()
  })
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ rule: 'poll-too-fast' })
  expect(found[0]?.seq).toHaveLength(5)
})

test('a client that probed and fell back speaks the legacy wire from then on', () => {
  const found = modern((s) => {
    s.exchange('initialize', { protocolVersion: '2025-11-25' }, { protocolVersion: '2025-11-25', capabilities: {} })
    s.request('tools/list', { _meta: {} })
  })
  expect(found.map((finding) => finding.rule)).toEqual(['era-probe'])
})

test('tells each finding when it is made, and keeps no more than there is room for', () => {
  const told: LintFinding[] = []
  const linter = new Linter((finding) => told.push(finding))
  const analyzer = new Analyzer([linter])
  for (let seq = 0; seq < 10_050; seq += 1) {
    const params = { taskId: `${seq}`, status: 'odd', ttl: null }
    const message = { kind: 'notification', method: 'notifications/tasks/status', params } as const
    analyzer.see({ seq, at: seq, dir: 's2c', transport: 'stdio', message })
  }
  expect([told.length, linter.findings.length, linter.dropped]).toEqual([10_000, 10_000, 50])
})
