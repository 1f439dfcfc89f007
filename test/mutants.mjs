// @ts-check
// `npm run test:mutants`: takes each guard of the window away, one at a time, in a copy of the sources, and demands that
// its test fails. A guard whose test still passes is a guard that nobody would miss, and that is a failure here.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mutants } from './mutants/list.mjs'

const repository = fileURLToPath(new URL('..', import.meta.url))
const copy = join(repository, '.cache/mutants')
const playwright = join(repository, 'node_modules/@playwright/test/cli.js')
const electronVite = join(repository, 'node_modules/electron-vite/bin/electron-vite.js')

if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  console.error('There is no display: run this through "npm run test:mutants", which starts a virtual one.')
  process.exit(1)
}

prepareCopy()
if (!build() || !passes('hardening')) {
  console.error('The tests fail with every guard in place; there is nothing to learn from taking one away.')
  process.exit(1)
}

let missed = 0
for (const { guard, file, from, to, test } of mutants) {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  if (!original.includes(from)) {
    console.log(`GONE    ${guard}: ${file} does not hold ${JSON.stringify(from)} any more`)
    missed += 1
    continue
  }
  writeFileSync(path, original.replace(from, to))
  const caught = !build() || !passes('hardening', test)
  writeFileSync(path, original)
  console.log(`${caught ? 'caught ' : 'MISSED '} ${guard}`)
  if (!caught) missed += 1
}
console.log(`\n${mutants.length - missed} passed, ${missed} failed`)
process.exit(missed === 0 ? 0 : 1)

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

function build() {
  return run([electronVite, 'build', '-c', 'electron/vite.config.ts'])
}

/**
 * @param {string} file part of a test file's name
 * @param {string} [title] only the tests whose title holds this
 */
function passes(file, title) {
  const filter = title === undefined ? [] : ['-g', title]
  return run([playwright, 'test', '-c', 'test/e2e', file, '--timeout', '20000', ...filter])
}

/** @param {readonly string[]} args */
function run(args) {
  const path = [join(repository, 'node_modules/.bin'), dirname(process.execPath), process.env.PATH].join(':')
  const result = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, PATH: path } })
  return result.status === 0
}
