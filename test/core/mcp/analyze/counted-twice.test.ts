/** What the analyzer counts is what somebody else counts who does not share its code. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { conversations } from './conversations.ts'
import { secondCount } from './second-count.ts'

const fuzzMs = process.env.TASKSCOPE_FUZZ_MS
const folder = new URL('../../../fixtures/captures/', import.meta.url)
const recordings = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'))

function firstCount(lines: readonly string[]) {
  const { findings: _findings, ...counts } = analyzeCapture(lines)
  return counts
}

test.each(recordings)('%s', (name) => {
  const lines = readFileSync(new URL(name, folder), 'utf8').split('\n')
  expect(firstCount(lines)).toEqual(secondCount(lines))
})

test('conversations at random', { timeout: Number(fuzzMs ?? 5000) + 30_000 }, () => {
  fc.assert(
    fc.property(conversations, (lines) => {
      expect(firstCount(lines)).toEqual(secondCount(lines))
    }),
    // `TASKSCOPE_FUZZ_MS` lets it try longer.
    { numRuns: fuzzMs === undefined ? 500 : 1_000_000, interruptAfterTimeLimit: Number(fuzzMs ?? 5000) },
  )
})
