// @ts-check
// `npm run test:mutants`: takes each guard of the window away, one at a time, in a copy of the sources, and demands that
// its test fails. A guard whose test still passes is a guard that nobody would miss, and that is a failure here.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { projectNode, repository } from '../electron/tools/repository.mjs'
import { runTool } from '../electron/tools/run-tool.mjs'
import { setUp } from '../electron/tools/set-up/set-up.mjs'
import { SetupFailure } from '../electron/tools/setup-failure.mjs'
import { copySources, whileChanged } from './mutants/changed-copy.mjs'
import { mutants } from './mutants/list.mjs'

const playwright = join(repository, 'node_modules/@playwright/test/cli.js')
const electronVite = join(repository, 'node_modules/electron-vite/bin/electron-vite.js')

let copy = ''

await runTool(async () => {
  const { environment } = await setUp({ window: true, build: false })
  copy = copySources('mutants', ['.cache/electron-33.2.1'])
  if (!build(environment) || !passes(environment)) {
    throw new SetupFailure('the tests fail with every guard in place: there is nothing to learn from taking one away')
  }
  if (process.getuid?.() === 0) console.log("skipped the operating system's sandbox: as root Chromium has none")
  const missed = mutants.filter((mutant) => !isCaught(mutant, environment)).length
  console.log(`\n${mutants.length - missed} passed, ${missed} failed`)
  return missed === 0 ? 0 : 1
})

/**
 * @param {(typeof mutants)[number]} mutant
 * @param {NodeJS.ProcessEnv} environment
 */
function isCaught(mutant, environment) {
  const said = whileChanged(copy, mutant, () => {
    if (!build(environment)) return 'BROKEN '
    return passes(environment, mutant.test) ? 'MISSED ' : 'caught '
  })
  const gone = `GONE    ${mutant.guard}: ${mutant.file} does not hold ${JSON.stringify(mutant.from)} once`
  console.log(said === undefined ? gone : `${said} ${mutant.guard}`)
  return said === 'caught '
}

/** @param {NodeJS.ProcessEnv} environment */
function build(environment) {
  return run([electronVite, 'build', '-c', 'electron/vite.config.ts'], environment)
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} [title] only the tests whose title holds this
 */
function passes(environment, title) {
  const filter = title === undefined ? [] : ['-g', title]
  return run([playwright, 'test', '-c', 'test/e2e', 'hardening', '--timeout', '20000', ...filter], environment)
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
function run(args, environment) {
  return spawnSync(projectNode, args, { cwd: copy, encoding: 'utf8', env: environment }).status === 0
}
