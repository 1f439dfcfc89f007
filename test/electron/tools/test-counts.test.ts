import { describe, expect, test } from 'vitest'
import { addCounts, closingLine, countsOfPlaywright, countsOfVitest } from '../../../electron/tools/test-run/counts.mjs'

describe('counting the tests of all runners', () => {
  test('Vitest: todo counts as skipped', () => {
    const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [] }
    expect(countsOfVitest(JSON.stringify(report))).toEqual({ passed: 5, failed: 1, skipped: 3 })
  })

  test('Vitest: a file that cannot be loaded is a failure, though it has no test', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }]
    const report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults }
    expect(countsOfVitest(JSON.stringify(report))).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('Playwright', () => {
    const report = { stats: { expected: 7, flaky: 1, unexpected: 2, skipped: 3 } }
    expect(countsOfPlaywright(JSON.stringify(report))).toEqual({ passed: 8, failed: 2, skipped: 3 })
  })

  test('the closing line adds them up', () => {
    const runs = [
      { passed: 5, failed: 0, skipped: 1 },
      { passed: 8, failed: 2, skipped: 3 },
    ]
    expect(closingLine(addCounts(runs))).toBe('13 passed, 2 failed, 4 skipped')
    expect(closingLine(addCounts([]))).toBe('0 passed, 0 failed, 0 skipped')
  })
})
