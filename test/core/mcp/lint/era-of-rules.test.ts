/** What only one of the wires asks for is not asked of who speaks the other. */
import { expect, test } from 'vitest'
import type { LintFinding } from '../../../../core/mcp/lint/rule.ts'
import { modernMeta } from '../analyze/capture-lines.ts'
import { goodId, legacy, modern, type Script } from './script.ts'

const rulesIn = (findings: readonly LintFinding[]) => findings.map(({ rule }) => rule)

test('a task reports no progress on the modern wire, whoever gave it a token', () => {
  const talk = (meta: object) => (s: Script) => {
    s.create({ _meta: { ...meta, progressToken: 'p' } })
    s.status('completed')
  }
  expect(rulesIn(legacy(talk({})))).toContain('progress-token-silent')
  expect(rulesIn(modern(talk(modernMeta)))).not.toContain('progress-token-silent')
})

test('a cancel of a task that has ended is refused on the legacy wire, and only acknowledged on the modern', () => {
  const talk = (s: Script) => {
    s.create()
    s.get('completed')
    s.exchange('tasks/cancel', { taskId: goodId }, {})
  }
  expect(rulesIn(legacy(talk))).toContain('cancel-of-terminal')
  expect(rulesIn(modern(talk))).not.toContain('cancel-of-terminal')
})

test('a header that does not name the task of its request is a finding of that task', () => {
  const found = modern(
    (s) => {
      s.create()
      s.get()
    },
    (method) => ({ 'Mcp-Method': method, 'MCP-Protocol-Version': '2026-07-28' }),
  ).filter(({ rule }) => rule === 'mcp-name-mismatch')
  expect(found.map(({ taskId }) => taskId)).toEqual([undefined, goodId])
})
