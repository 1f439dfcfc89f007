// @ts-check
// Adds up what the test runners wrote as JSON. Pure.

/** @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Counts */

/** @type {Counts} */
export const noCounts = { passed: 0, failed: 0, skipped: 0 }

/** @param {readonly Counts[]} all @returns {Counts} */
export function addCounts(all) {
  return all.reduce(
    (sum, counts) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    noCounts,
  )
}

/**
 * Of Vitest's JSON report. A file that could not even be loaded counts as one failure.
 * @param {string} json
 * @returns {Counts}
 */
export function countsOfVitest(json) {
  const report = JSON.parse(json)
  /** @type {readonly { readonly status: string, readonly assertionResults: readonly unknown[] }[]} */
  const files = report.testResults
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * Of Playwright's JSON report. A test that only passed when tried again counts as passed.
 * @param {string} json
 * @returns {Counts}
 */
export function countsOfPlaywright(json) {
  const { stats } = JSON.parse(json)
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
}

/** The closing line that people and machines read. @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
