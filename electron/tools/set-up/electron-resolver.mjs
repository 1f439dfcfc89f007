// @ts-check
// Which Electron to use, from what is on the disk now: override variable, official dist, carried fallback. Starts
// nothing and fetches nothing; electron-runtime.mjs does that when the answer is undefined.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fallback, fallbackFolder } from '../fallback/pin.mjs'
import { inRepository } from '../repository.mjs'
import { SetupFailure } from '../setup-failure.mjs'

/**
 * @typedef {'override' | 'official' | 'fallback'} ElectronOrigin
 * @typedef {{ readonly origin: ElectronOrigin, readonly executable: string, readonly dist: string,
 *   readonly version: string | undefined }} ElectronRuntime
 * @typedef {{ readonly exists: (path: string) => boolean, readonly read: (path: string) => string | undefined }} Disk
 * @typedef {{ readonly packageFolder: string, readonly fallbackFolder: string }} ElectronPlaces
 */

/** @type {Disk} */
const realDisk = {
  exists: existsSync,
  read: (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined),
}

/** @type {ElectronPlaces} */
const realPlaces = { packageFolder: inRepository('node_modules/electron'), fallbackFolder }

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @param {Disk} [disk]
 * @param {ElectronPlaces} [places]
 * @returns {ElectronRuntime | undefined} undefined when none is there yet
 * @throws {SetupFailure} when an override variable names something that does not exist
 */
export function resolveElectron(environment, disk = realDisk, places = realPlaces) {
  return fromOverride(environment, disk) ?? fromOfficialDist(disk, places) ?? fromFallback(disk, places)
}

/** @param {Readonly<Record<string, string | undefined>>} environment @param {Disk} disk */
function fromOverride(environment, disk) {
  const distFolder = environment.ELECTRON_OVERRIDE_DIST_PATH
  if (distFolder) return overrideRuntime('ELECTRON_OVERRIDE_DIST_PATH', join(distFolder, 'electron'), disk)
  const executable = environment.ELECTRON_EXEC_PATH
  if (executable) return overrideRuntime('ELECTRON_EXEC_PATH', executable, disk)
  return undefined
}

/**
 * @param {string} variable @param {string} executable @param {Disk} disk
 * @returns {ElectronRuntime}
 */
function overrideRuntime(variable, executable, disk) {
  if (!disk.exists(executable)) {
    throw new SetupFailure(`${variable} is set but there is no ${executable}: correct the variable or unset it.`)
  }
  const dist = dirname(executable)
  return { origin: 'override', executable, dist, version: distVersion(dist, disk) }
}

/** @param {Disk} disk @param {ElectronPlaces} places @returns {ElectronRuntime | undefined} */
function fromOfficialDist(disk, places) {
  const executableName = disk.read(join(places.packageFolder, 'path.txt'))
  const dist = join(places.packageFolder, 'dist')
  if (!executableName || !disk.exists(join(dist, executableName))) return undefined
  return { origin: 'official', executable: join(dist, executableName), dist, version: distVersion(dist, disk) }
}

/** @param {Disk} disk @param {ElectronPlaces} places @returns {ElectronRuntime | undefined} */
function fromFallback(disk, places) {
  const dist = places.fallbackFolder
  const executable = join(dist, 'electron')
  if (!disk.exists(executable)) return undefined
  return { origin: 'fallback', executable, dist, version: fallback.electronVersion }
}

/** @param {string} dist @param {Disk} disk */
function distVersion(dist, disk) {
  return disk.read(join(dist, 'version'))?.replace(/^v/, '')
}
