// @ts-check
// Chromium's sandbox cannot work as root, nor without user namespaces or a setuid helper. Electron would abort there,
// so it is started without, and that is said.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodeOf } from '../process.mjs'
import { say } from '../say.mjs'

/**
 * Whether Electron must be started with `--no-sandbox` on this machine; says so when it must.
 * @param {string} dist folder of the Electron in use
 * @returns {Promise<boolean>}
 */
export async function mustGoWithoutSandbox(dist) {
  const reason = await reasonWithoutSandbox(dist)
  if (reason === undefined) return false
  say(`Started without Chromium's sandbox (--no-sandbox): ${reason}.`)
  return true
}

/** @param {string} dist @returns {Promise<string | undefined>} */
async function reasonWithoutSandbox(dist) {
  if (process.platform !== 'linux') return undefined
  if (process.getuid?.() === 0) return 'it cannot work for root'
  if (hasSetuidHelper(dist) || (await hasUserNamespaces())) return undefined
  const helper = join(dist, 'chrome-sandbox')
  return `this machine allows no user namespaces (with root: chown root ${helper} && chmod 4755 ${helper})`
}

/** @param {string} dist */
function hasSetuidHelper(dist) {
  const status = statSync(join(dist, 'chrome-sandbox'), { throwIfNoEntry: false })
  return status !== undefined && status.uid === 0 && (status.mode & 0o4000) !== 0
}

async function hasUserNamespaces() {
  try {
    return (await exitCodeOf('unshare', ['--user', '--pid', '--fork', 'true'], { stdio: 'ignore' })) === 0
  } catch {
    return false
  }
}
