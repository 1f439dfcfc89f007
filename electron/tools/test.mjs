// @ts-check
// `npm test`: all the set-up, then every check in order. Stops at the first that fails, always sums up, and closes with
// one line that counts the tests of all runners together.

import { runTool } from './run-tool.mjs'
import { seconds } from './say.mjs'
import { setUp } from './set-up/set-up.mjs'
import { SetupFailure } from './setup-failure.mjs'
import { addCounts, closingLine } from './test-run/counts.mjs'
import { steps } from './test-run/steps.mjs'
import { readTestArguments, usage } from './test-run/test-arguments.mjs'

await runTool(async () => {
  const request = readTestArguments(process.argv.slice(2))
  if (request.kind === 'help') {
    console.log(usage)
    return 0
  }
  if (request.kind === 'refused') throw new SetupFailure(request.reason)
  const workplace = await setUp({ window: request.steps.includes('e2e'), build: false })
  return runSteps(workplace, request.steps, request.runnerArguments)
})

/**
 * @param {import('./set-up/set-up.mjs').Workplace} workplace
 * @param {readonly import('./test-run/test-arguments.mjs').StepName[]} names
 * @param {readonly string[]} runnerArguments
 * @returns {Promise<number>}
 */
async function runSteps(workplace, names, runnerArguments) {
  const lines = []
  const counted = []
  let failedStep
  for (const name of names) {
    if (failedStep !== undefined) {
      lines.push(`  ${name.padEnd(14)} not run`)
      continue
    }
    console.log(`\n── ${steps[name].title} ${'─'.repeat(Math.max(0, 90 - steps[name].title.length))}`)
    const start = performance.now()
    const { code, counts } = await runStep(name, workplace, runnerArguments)
    // A step that fails without a failed test (types, lint, a runner that could not start) still fails.
    counted.push(code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)
    if (code !== 0) failedStep = name
    lines.push(`  ${name.padEnd(14)} ${(code === 0 ? 'ok' : 'FAILED').padEnd(8)} ${seconds(performance.now() - start)}`)
  }
  console.log(`\nSummary\n${lines.join('\n')}\n`)
  console.log(closingLine(addCounts(counted)))
  return failedStep === undefined ? 0 : 1
}

/**
 * @param {import('./test-run/test-arguments.mjs').StepName} name
 * @param {import('./set-up/set-up.mjs').Workplace} workplace
 * @param {readonly string[]} runnerArguments
 */
async function runStep(name, workplace, runnerArguments) {
  try {
    return await steps[name].run(workplace, runnerArguments)
  } catch (error) {
    console.error(error instanceof SetupFailure ? error.message : error)
    return { code: 1, counts: { passed: 0, failed: 1, skipped: 0 } }
  }
}
