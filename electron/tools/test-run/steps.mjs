// @ts-check
// What each step of `npm test` runs. A step returns its exit code and, when it runs tests, what they counted.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodeOf } from '../process.mjs'
import { cacheFolder, inRepository, projectNode, repository } from '../repository.mjs'
import { ensureBuild } from '../set-up/build.mjs'
import { startVirtualDisplay } from '../set-up/virtual-display.mjs'
import { countsOfPlaywright, countsOfVitest, noCounts } from './counts.mjs'

/**
 * @typedef {import('./test-arguments.mjs').StepName} StepName
 * @typedef {{ readonly code: number, readonly counts: import('./counts.mjs').Counts }} StepResult
 * @typedef {{ readonly title: string, readonly run: (workplace: import('../set-up/set-up.mjs').Workplace,
 *   runnerArguments: readonly string[]) => Promise<StepResult> }} Step
 */

const resultsFolder = join(cacheFolder, 'test-results')
const vitest = inRepository('node_modules/vitest/vitest.mjs')
const vitestArguments = ['run', '--config', 'test/vitest.config.ts']
/** What only reads recordings, or only ever runs on a person's own Node, need not run twice. */
const alikeOnEveryNode = ['analyze', 'lint', 'lab'].flatMap((room) => ['--exclude', `test/core/mcp/${room}/**`])

/** @type {Readonly<Record<StepName, Step>>} */
export const steps = {
  types: {
    title: 'types (tsc -b)',
    run: async (_workplace, runnerArguments) =>
      withoutCounts(await onProjectNode(['node_modules/typescript/bin/tsc', '-b', ...runnerArguments])),
  },
  lint: {
    title: 'lint and format (biome check)',
    run: async (_workplace, runnerArguments) =>
      withoutCounts(
        await onProjectNode([
          'node_modules/@biomejs/biome/bin/biome',
          'check',
          ...(runnerArguments.length > 0 ? runnerArguments : ['.']),
        ]),
      ),
  },
  unit: {
    title: 'unit, property and component tests (vitest)',
    run: (_workplace, runnerArguments) =>
      withReport('unit.json', countsOfVitest, (report) =>
        onProjectNode([vitest, ...vitestArguments, ...jsonReport(report), ...runnerArguments]),
      ),
  },
  'core-electron': {
    title: "the same core tests on Electron's own Node (vitest)",
    run: ({ electron, environment }, runnerArguments) =>
      withReport('core-electron.json', countsOfVitest, (report) =>
        exitCodeOf(
          electron.executable,
          [
            vitest,
            ...vitestArguments,
            '--project',
            'node',
            '--project',
            'computing',
            ...alikeOnEveryNode,
            ...jsonReport(report),
            ...runnerArguments,
          ],
          inCheckout({ ...environment, ELECTRON_RUN_AS_NODE: '1' }),
        ),
      ),
  },
  build: {
    title: 'build (electron-vite)',
    run: async ({ electron }) => {
      await ensureBuild(electron.executable)
      return withoutCounts(0)
    },
  },
  e2e: {
    title: 'window tests (playwright)',
    run: async ({ electron, environment, virtualDisplay }, runnerArguments) => {
      await ensureBuild(electron.executable)
      // A window waits more than it works, so two side by side; focus belongs to one, so each on a display of its own.
      const displays = virtualDisplay ? [environment.DISPLAY, await startVirtualDisplay()] : []
      return withReport('e2e.json', countsOfPlaywright, (report) =>
        onProjectNode(
          [
            'node_modules/@playwright/test/cli.js',
            'test',
            '-c',
            'test/e2e',
            '--reporter=list,json',
            ...runnerArguments,
          ],
          { ...environment, TASKSCOPE_TEST_DISPLAYS: displays.join(' '), PLAYWRIGHT_JSON_OUTPUT_NAME: report },
        ),
      )
    },
  },
}

/** @param {readonly string[]} args @param {NodeJS.ProcessEnv} [environment] */
function onProjectNode(args, environment = process.env) {
  return exitCodeOf(projectNode, args, inCheckout(environment))
}

/** @param {NodeJS.ProcessEnv} environment @returns {import('node:child_process').SpawnOptions} */
function inCheckout(environment) {
  return { cwd: repository, env: environment, stdio: ['ignore', 'inherit', 'inherit'] }
}

/** @param {string} report */
function jsonReport(report) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
}

/** @param {number} code @returns {StepResult} */
function withoutCounts(code) {
  return { code, counts: noCounts }
}

/**
 * @param {string} name of the report's file
 * @param {(json: string) => import('./counts.mjs').Counts} countsOf
 * @param {(report: string) => Promise<number>} runner
 * @returns {Promise<StepResult>}
 */
async function withReport(name, countsOf, runner) {
  const report = join(resultsFolder, name)
  mkdirSync(resultsFolder, { recursive: true })
  rmSync(report, { force: true })
  const code = await runner(report)
  return { code, counts: existsSync(report) ? countsOf(readFileSync(report, 'utf8')) : noCounts }
}
