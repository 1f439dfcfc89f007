/** What a finding quotes is what the specification says, word for word, at the address that it gives. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { citationOf } from '../../../../core/mcp/lint/rule.ts'
import { ruleFamilies, ruleOf } from '../../../../core/mcp/lint/rule-families.ts'
import { capture, modernMeta } from '../analyze/capture-lines.ts'

const folder = new URL('../../../fixtures/specification/', import.meta.url)
const rules = ruleFamilies.flatMap((family) => Object.entries(family.rules))
const modern = rules.flatMap(([id, rule]) => (rule.modern === undefined ? [] : [[id, rule.modern] as const]))
const quoted = [
  ...rules.filter(([, { says }]) => !says.startsWith('No sentence of the specification; ')),
  ...modern.map(([id, sentence]) => [`${id} on the modern wire`, { ...sentence, severity: 'info' }] as const),
]
const own = rules.filter(([, { says }]) => says.startsWith('No sentence of the specification; '))

/** The excerpts by the address of the page that they were taken from. */
const pages = new Map(
  readdirSync(folder).map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    return [/https:\/\/\S+/.exec(text)?.[0] ?? '', text] as const
  }),
)

/** Without marks of emphasis, code, lists and links. */
function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/^\s*(?:\d+\.|-)\s+/gm, '')
    .replace(/\*\*|`/g, '')
    .replace(/(?<![\w/])_([^_\n]+)_(?![\w/])/g, '$1')
    .replace(/\s+/g, ' ')
}

/** The part of a page under the heading with this anchor. */
function section(page: string, anchor: string): string | undefined {
  const parts = page.split(/^#+ (.*)$/m)
  // A heading that is not the first of its name on its page is numbered.
  const [, name = anchor, number = '0'] = /^(.*?)(?:-(\d+))?$/.exec(anchor) ?? []
  const named = parts.flatMap((part, index) => (index % 2 === 1 && slug(part) === name ? [parts[index + 1]] : []))
  return named[Number(number)]
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-')
}

test.each(quoted)('%s quotes the specification', (_id, { says, address }) => {
  const [url = '', anchor = ''] = address.split('#')
  const text = section(pages.get(url) ?? '', anchor)
  expect(text, address).toBeDefined()
  expect(plain(text ?? '')).toContain(says)
})

describe('a rule of our own', () => {
  test('says so, says what it rests on, and leads to what is written of the matter', () => {
    expect(own.map(([id]) => id).sort()).toEqual([
      ...['not-json', 'orphaned-by-server-exit', 'orphaned-by-session-end', 'stalled', 'status-before-create'],
    ])
    for (const [, { says, address }] of own) {
      expect(says).toMatch(/; [^;]+\.$/)
      expect(address).toMatch(/^https:/)
    }
  })

  test('is told without quotation marks, a sentence of the specification with them', () => {
    for (const [, rule] of own) expect(citationOf(rule)).toMatch(/^No sentence.*https:/)
    for (const [, rule] of quoted) expect(citationOf(rule)).toMatch(/^“.*” https:/)
  })
})

describe('what is found on the modern wire', () => {
  test('quotes the specification of that wire, where it says it in words of its own', () => {
    const rule = ruleOf('poll-too-fast')
    expect(rule && citationOf(rule, 'legacy')).toMatch(/^“Requestors SHOULD respect the pollInterval .*2025-11-25/)
    expect(rule && citationOf(rule, 'modern')).toMatch(/^“Clients SHOULD respect the pollIntervalMs .*2026-07-28/)
  })

  test('is known as such by whoever shows it, and is printed without', () => {
    const taskId = '7f3c2a9e4b1d48e6a05c9d3f6e8b7a12'
    const fields = { taskId, status: 'working', ttlMs: null, pollIntervalMs: 1000 }
    const analysis = new CaptureAnalysis()
    const polls = capture().exchange(
      1,
      'tools/call',
      { name: 'x', _meta: modernMeta },
      { resultType: 'task', ...fields },
    )
    for (const id of [2, 3])
      polls.exchange(id, 'tasks/get', { taskId, _meta: modernMeta }, { resultType: 'complete', ...fields })
    for (const line of polls.lines) analysis.push(line)
    const report = analysis.finish()
    expect(analysis.findings.map(({ rule, era }) => [rule, era])).toContainEqual(['poll-too-fast', 'modern'])
    expect(JSON.stringify(report.findings)).not.toContain('"era"')
  })
})
