// @ts-check
// `npm run test:model`: the model tests of the runner with all their runs; each says its seed.
// `npm run test:model -- planted`: plants each known bug in a copy of the sources and demands that a model test finds it.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { projectNode, repository } from '../electron/tools/repository.mjs'
import { runTool } from '../electron/tools/run-tool.mjs'
import { installNpmPackages } from '../electron/tools/set-up/npm-packages.mjs'
import { SetupFailure } from '../electron/tools/setup-failure.mjs'
import { copySources, whileChanged } from './mutants/changed-copy.mjs'
import { plantedBugs } from './mutants/planted-bugs.mjs'

const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
const files = { inline: 'inline-model', supervisors: 'supervisor-model', places: 'places-model' }
const allRuns = {
  TASKSCOPE_MODEL_RUNS: '5000',
  TASKSCOPE_SUPERVISOR_RUNS: '1500',
  TASKSCOPE_THREAD_RUNS: '200',
  TASKSCOPE_PROCESS_RUNS: '50',
}
/** With one seed, so that what finds a bug today finds it tomorrow; a bug that needs more runs is found too late. */
const fewRuns = {
  TASKSCOPE_MODEL_SEED: '7',
  TASKSCOPE_MODEL_RUNS: '2000',
  TASKSCOPE_SUPERVISOR_RUNS: '1000',
  TASKSCOPE_THREAD_RUNS: '250',
  TASKSCOPE_PROCESS_RUNS: '5',
}

await runTool(async () => {
  const request = process.argv.slice(2)
  if (request.length > 1 || (request.length === 1 && request[0] !== 'planted')) {
    throw new SetupFailure('usage: npm run test:model [-- planted]')
  }
  await installNpmPackages()
  return request.length === 0 ? passes(repository, 'inherit', { ...allRuns, ...process.env }) : findPlanted()
})

function findPlanted() {
  const copy = copySources('planted-bugs')
  if (passes(copy, 'inherit', fewRuns) !== 0) {
    throw new SetupFailure('the model tests fail without a planted bug: there is nothing to learn from planting one')
  }
  const missed = plantedBugs.filter((bug) => {
    const code = whileChanged(copy, bug, () => passes(copy, 'ignore', fewRuns, files[bug.model]))
    const said = code === undefined ? 'GONE   ' : code === 0 ? 'MISSED ' : 'caught '
    console.log(`${said} ${bug.name} (${bug.model})`)
    return code === undefined || code === 0
  }).length
  console.log(`\n${plantedBugs.length - missed} passed, ${missed} failed`)
  return missed === 0 ? 0 : 1
}

/**
 * @param {string} folder
 * @param {'inherit' | 'ignore'} stdio
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} [file] only this test file
 */
function passes(folder, stdio, environment, file = '') {
  const path = `test/core/runner/model/${file}`
  const args = [vitest, 'run', '--config', 'test/vitest.config.ts', path]
  return spawnSync(projectNode, args, { cwd: folder, stdio, env: { ...process.env, ...environment } }).status ?? 1
}
