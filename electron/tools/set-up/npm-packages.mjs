// @ts-check
// First step of every command: the npm packages that the lock file names. Runs on the machine's own Node before
// anything is installed, so this file and what it imports use Node alone.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { exitCodeOf } from '../process.mjs'
import { inRepository, projectNode, repository } from '../repository.mjs'
import { sayStep } from '../say.mjs'
import { SetupFailure } from '../setup-failure.mjs'
import { differingPackages } from './lock-file.mjs'

const stampFile = inRepository('node_modules/.taskscope-lock')

/** Installs the npm packages unless exactly those of the lock file are there. */
export async function installNpmPackages() {
  const lockText = readFileSync(inRepository('package-lock.json'), 'utf8')
  const hash = createHash('sha256').update(lockText).digest('hex')
  if (readIfPresent(stampFile) === hash) return
  if (!isInstalled(lockText)) {
    await sayStep('Installing the npm packages of package-lock.json (npm ci)', runNpmCi)
  }
  writeFileSync(stampFile, hash)
}

/** @param {string} lockText */
function isInstalled(lockText) {
  const installed = readIfPresent(inRepository('node_modules/.package-lock.json'))
  if (installed === undefined || !existsSync(projectNode)) return false
  return differingPackages(JSON.parse(lockText), JSON.parse(installed)).length === 0
}

async function runNpmCi() {
  const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code === 0) return
  throw new SetupFailure(
    `npm ci ended with exit code ${code} (its own message is above): when that is mended, run it again in ${repository}.`,
  )
}

/**
 * Runs npm, the very one that started this script where there is one.
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
async function npm(args) {
  /** @type {import('node:child_process').SpawnOptions} */
  const options = { cwd: repository, stdio: ['ignore', 2, 2] }
  const npmScript = process.env.npm_execpath
  if (npmScript?.endsWith('.js')) return exitCodeOf(process.execPath, [npmScript, ...args], options)
  try {
    return await exitCodeOf('npm', args, options)
  } catch (error) {
    throw new SetupFailure(`npm cannot be started (${String(error)}): install npm and run this again.`)
  }
}

/** @param {string} file */
function readIfPresent(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
