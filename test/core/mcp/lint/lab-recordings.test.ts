/**
 * Each rule, shown by a conversation with the lab that was recorded over a real wire, and silent in one that comes near:
 * `node test/fixtures/captures/rules/record.ts` records them all anew.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { deviations } from '../../../../core/mcp/lab/deviations.ts'
import { ruleIds } from '../../../../core/mcp/lint/rule-families.ts'
import { record } from '../../../fixtures/captures/rules/recording.ts'
import { ruleScenarios } from '../../../fixtures/captures/rules/scenarios.ts'
import { type BuiltProgram, buildProgram } from '../serve/built-program.ts'

const folder = new URL('../../../fixtures/captures/rules/', import.meta.url)
const rules = Object.keys(ruleScenarios)

function linesOf(name: string): readonly string[] {
  return readFileSync(new URL(`${name}.jsonl`, folder), 'utf8').split('\n')
}

function found(lines: readonly string[]): readonly string[] {
  return analyzeCapture(lines).findings.map(({ rule }) => rule)
}

test('every rule about a conversation has a recording that shows it and one that comes near', () => {
  // Files that hold something else than JSON are no conversation.
  expect([...rules, 'not-json'].sort()).toEqual([...ruleIds()].sort())
  for (const rule of rules) {
    for (const name of [rule, `${rule}.near`]) expect(existsSync(new URL(`${name}.jsonl`, folder)), name).toBe(true)
  }
})

test('everything that the lab can get wrong is shown', () => {
  const shown = new Set(Object.values(ruleScenarios).flatMap(({ shows }) => shows.misbehave ?? []))
  // A stream that the server closes is shown on the modern wire here, on the legacy wire it is the client that leaves.
  expect(deviations.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual(['notification-stream-dropped'])
})

describe.each(rules)('%s', (rule) => {
  test('is found where it is broken', () => {
    expect(found(linesOf(rule))).toContain(rule)
  })

  test('is not found where it is kept', () => {
    expect(found(linesOf(`${rule}.near`))).not.toContain(rule)
  })
})

test('not-json is found in a recording that was cut off, and not in the whole one', () => {
  const whole = linesOf('status-before-create.near')
  expect(found(whole)).not.toContain('not-json')
  expect(found([...whole.slice(0, 5), (whole[5] ?? '').slice(0, 40)])).toContain('not-json')
})

test('where nothing is wrong there is no error', () => {
  for (const rule of rules) {
    const { findings } = analyzeCapture(linesOf(`${rule}.near`))
    expect(
      findings.filter(({ severity }) => severity === 'error'),
      rule,
    ).toEqual([])
  }
})

test('the recordings say nothing of the machine on which they were made', () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.jsonl'))) {
    const text = readFileSync(new URL(name, folder), 'utf8')
    for (const word of [root, '/home/', '/root/', '/tmp/', 'file://', '127.0.0.1', 'localhost', 'user-agent']) {
      expect(text.includes(word), `${word} in ${name}`).toBe(false)
    }
  }
})

describe('recorded anew', { timeout: 60_000 }, () => {
  let program: BuiltProgram
  beforeAll(async () => {
    program = await buildProgram()
  }, 60_000)
  afterAll(() => program.remove())

  /** One of each kind: wrong server and wrong client, the shim and the reverse proxy, both wires. */
  test.each(['status-before-create', 'input-key-reused', 'mcp-name-mismatch', 'stdin-eof-ignored'])(
    '%s is found where it is broken, and only there',
    async (rule) => {
      const scenario = ruleScenarios[rule]
      if (scenario === undefined) throw new Error(`there is no scenario for ${rule}`)
      const [shows, near] = await Promise.all([
        record(program, rule, scenario.shows),
        record(program, `${rule}.near`, scenario.near),
      ])
      expect(found(shows)).toContain(rule)
      expect(found(near)).not.toContain(rule)
    },
  )
})
