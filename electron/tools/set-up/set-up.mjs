// @ts-check
// The set-up that every command shares. Each step says what it does, and says and does nothing when it is done.

import { ensureBuild } from './build.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { installNpmPackages } from './npm-packages.mjs'
import { ensureSystemPackages } from './system-packages.mjs'
import { needsVirtualDisplay, startVirtualDisplay } from './virtual-display.mjs'

/**
 * @typedef {{ readonly electron: import('./electron-resolver.mjs').ElectronRuntime,
 *   readonly environment: NodeJS.ProcessEnv, readonly virtualDisplay: boolean }} Workplace `environment` is for the
 *   Electron that will be started; with a virtual display, that one is its `DISPLAY`
 */

/**
 * npm packages, Electron, Debian packages; with `build` the app's own build, with `window` a display.
 * @param {{ readonly window: boolean, readonly build: boolean }} needs
 * @returns {Promise<Workplace>}
 */
export async function setUp({ window, build }) {
  await installNpmPackages()
  const electron = await ensureElectron()
  const virtualDisplay = window && needsVirtualDisplay(process.env, process.platform)
  await ensureSystemPackages({ electron, virtualDisplay })
  if (build) await ensureBuild(electron.executable)
  const environment = electronEnvironment(electron.executable)
  if (virtualDisplay) environment.DISPLAY = await startVirtualDisplay()
  return { electron, environment, virtualDisplay }
}

/** @param {string} executable */
export function electronEnvironment(executable) {
  /** @type {NodeJS.ProcessEnv} */
  const environment = { ...process.env, ELECTRON_EXEC_PATH: executable }
  // Terminals inside other Electron apps set it; it would turn the app into a plain Node.
  delete environment.ELECTRON_RUN_AS_NODE
  return environment
}
