// @ts-check
// `npm run test:mutants`: takes each guard of the window away, one at a time, in a copy of the sources, and demands that
// its test fails. A guard whose test still passes is a guard that nobody would miss, and that is a failure here.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectNode } from '../electron/tools/repository.mjs'
import { runTool } from '../electron/tools/run-tool.mjs'
import { setUp } from '../electron/tools/set-up/set-up.mjs'
import { SetupFailure } from '../electron/tools/setup-failure.mjs'
import { mutants } from './mutants/list.mjs'

const repository = fileURLToPath(new URL('..', import.meta.url))
const copy = join(repository, '.cache/mutants')
const playwright = join(repository, 'node_modules/@playwright/test/cli.js')
const electronVite = join(repository, 'node_modules/electron-vite/bin/electron-vite.js')

await runTool(async () => {
  const { environment } = await setUp({ window: true, build: false })
  prepareCopy()
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
function isCaught({ guard, file, from, to, test }, environment) {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  if (!original.includes(from)) {
    console.log(`GONE    ${guard}: ${file} does not hold ${JSON.stringify(from)} any more`)
    return false
  }
  writeFileSync(path, original.replace(from, to))
  const built = build(environment)
  const caught = built && !passes(environment, test)
  writeFileSync(path, original)
  console.log(`${caught ? 'caught ' : built ? 'MISSED ' : 'BROKEN '} ${guard}`)
  return caught
}

function prepareCopy() {
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(join(copy, '.cache'), { recursive: true })
  for (const entry of ['core', 'electron', 'renderer', 'test', 'package.json', 'tsconfig.json']) {
    cpSync(join(repository, entry), join(copy, entry), { recursive: true })
  }
  for (const entry of ['node_modules', '.cache/electron-33.2.1']) {
    const target = join(repository, entry)
    if (existsSync(target)) symlinkSync(target, join(copy, entry), 'dir')
  }
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
