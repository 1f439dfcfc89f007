// @ts-check
// Chromium's sandbox cannot work as root, nor without user namespaces or a setuid helper. Then Electron would abort;
// it is started without, and that is said.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodeOf } from '../process.mjs'

/**
 * @param {string} dist folder of the Electron in use
 * @returns {Promise<string | undefined>} why there is no sandbox here, as a clause; undefined when there is one
 */
export async function reasonWithoutSandbox(dist) {
  if (process.platform !== 'linux') return undefined
  if (process.getuid?.() === 0) return 'Chromium has none for root'
  if (hasSetuidHelper(dist) || (await hasUserNamespaces())) return undefined
  return 'this machine allows no user namespaces'
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
