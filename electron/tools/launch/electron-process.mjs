// @ts-check
// Runs the app in Electron to its end: noise filtered, signals handed on, exit code passed back.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { repository } from '../repository.mjs'
import { say } from '../say.mjs'
import { forgetSystemPackages } from '../set-up/system-packages.mjs'
import { personEnvironment } from './person-environment.mjs'
import { mustGoWithoutSandbox } from './sandbox.mjs'
import { forwardWithoutNoise } from './stderr-filter.mjs'

const handedOn = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
const missingLibrary = /error while loading shared libraries/

/**
 * @param {Pick<import('../set-up/set-up.mjs').Workplace, 'electron' | 'environment'>} workplace
 * @param {readonly string[]} appArguments
 * @param {string} cwd what relative paths among them are relative to
 * @returns {Promise<number>} the app's exit code, or 128 + n when signal n ended it
 */
export async function runApp({ electron, environment }, appArguments, cwd) {
  const decided = appArguments.includes('--no-sandbox')
  const flags = !decided && (await mustGoWithoutSandbox(electron.dist)) ? ['--no-sandbox'] : []
  const child = spawn(electron.executable, [...flags, repository, ...appArguments], {
    stdio: ['inherit', 'inherit', 'pipe'],
    env: personEnvironment(environment),
    cwd,
  })
  let lacksLibrary = false
  const drained = forwardWithoutNoise(child.stderr, (text) => {
    lacksLibrary ||= missingLibrary.test(text)
    process.stderr.write(text)
  })
  const handlers = handedOn.map((signal) => ({ signal, handler: () => child.kill(signal) }))
  for (const { signal, handler } of handlers) process.on(signal, handler)
  try {
    const code = await exitCode(child)
    await drained
    if (lacksLibrary) {
      forgetSystemPackages()
      say('A shared library is missing: run this again, it will be looked for.')
    }
    return code
  } finally {
    for (const { signal, handler } of handlers) process.off(signal, handler)
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}
