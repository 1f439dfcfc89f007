/** A capture gives one report, however it comes: whole, line by line, in chunks of any size, or live with time going by. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyzeCapture, CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { Analyzer } from '../../../../core/mcp/analyze/analyzer.ts'
import { CaptureFeed } from '../../../../core/mcp/analyze/capture-feed.ts'
import { Linter } from '../../../../core/mcp/lint/linter.ts'
import type { LintFinding } from '../../../../core/mcp/lint/rule.ts'
import { LineSplitter } from '../../../../core/mcp/wire/line-splitter.ts'

const folder = new URL('../../../fixtures/captures/', import.meta.url)
const recordings = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => [name, readFileSync(new URL(name, folder))] as const)
const startedAt = Date.parse('2026-11-24T10:00:00.000Z')

function whole(bytes: Buffer) {
  return analyzeCapture(bytes.toString('utf8').split('\n'))
}

function inChunks(bytes: Buffer, sizes: readonly number[]) {
  const analysis = new CaptureAnalysis()
  const splitter = new LineSplitter()
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    for (const { text } of splitter.push(bytes.subarray(at, at + size))) analysis.push(text)
    at += size
  }
  const last = splitter.end()
  if (last !== undefined) analysis.push(last.text)
  return analysis.finish()
}

/** As a connection is read: with the time of day, told again and again between its messages. */
function live(bytes: Buffer, everyMs: number): readonly LintFinding[] {
  const told: LintFinding[] = []
  const linter = new Linter((finding) => told.push(finding))
  const analyzer = new Analyzer([linter])
  const feed = new CaptureFeed(analyzer, startedAt)
  let now = 0
  for (const text of bytes.toString('utf8').split('\n')) {
    const { tMs } = text === '' ? { tMs: now } : (JSON.parse(text) as { tMs?: number })
    for (; now + everyMs < (tMs ?? 0); now += everyMs) analyzer.tick(startedAt + now)
    feed.push(text)
  }
  analyzer.end()
  // What is told when it is found is what is there at the end.
  expect(told).toEqual(linter.findings)
  return linter.findings
}

function sorted(findings: readonly LintFinding[]) {
  return findings
    .map(({ era: _era, ...finding }) => JSON.stringify({ ...finding, seq: [...finding.seq].sort() }))
    .sort()
}

test.each(recordings)('%s in chunks', (_name, bytes) => {
  const expected = whole(bytes)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      expect(inChunks(bytes, sizes)).toEqual(expected)
    }),
    { numRuns: 3 },
  )
  expect(inChunks(bytes, [7])).toEqual(expected)
})

test.each(recordings)('%s live', (_name, bytes) => {
  const expected = sorted(whole(bytes).findings)
  for (const everyMs of [70, 1000]) expect(sorted(live(bytes, everyMs))).toEqual(expected)
})
