/** What a finding quotes is what the specification says, word for word, at the address that it gives. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { citationOf } from '../../../../core/mcp/lint/rule.ts'
import { ruleFamilies } from '../../../../core/mcp/lint/rule-families.ts'

const folder = new URL('../../../fixtures/specification/', import.meta.url)
const rules = ruleFamilies.flatMap((family) => Object.entries(family.rules))
const quoted = rules.filter(([, { says }]) => !says.startsWith('No sentence of the specification; '))
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
  const at = parts.findIndex((part, index) => index % 2 === 1 && slug(part) === anchor)
  return at < 0 ? undefined : parts[at + 1]
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
  // A heading that is not the first of its name on its page is numbered.
  const text = section(pages.get(url) ?? '', anchor.replace(/-\d+$/, ''))
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
