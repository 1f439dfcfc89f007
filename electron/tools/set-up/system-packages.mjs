// @ts-check
// What Electron and the virtual display need from Debian, asked for in one go. The check of the shared libraries is
// remembered for one executable on one machine, so that a warm start runs no `ldd`.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { outputOf } from '../process.mjs'
import { cacheFolder } from '../repository.mjs'
import { SetupFailure } from '../setup-failure.mjs'
import { installDebianPackages } from './apt.mjs'
import { missingLibraries, packagesFor } from './debian-packages.mjs'
import { findOnPath } from './find-on-path.mjs'

const stampFile = join(cacheFolder, 'shared-libraries-present')

/**
 * @param {{ readonly electron: import('./electron-resolver.mjs').ElectronRuntime, readonly virtualDisplay: boolean }} needs
 */
export async function ensureSystemPackages({ electron, virtualDisplay }) {
  if (process.platform !== 'linux') return
  const stamp = stampFor(electron.executable)
  const checked = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
  const libraries = checked ? [] : await librariesMissingFor(electron.dist, electron.executable)
  const { packages, unknown } = packagesFor(libraries)
  if (unknown.length > 0) {
    throw new SetupFailure(
      `Electron needs shared libraries that are missing here (${unknown.join(', ')}): install the packages that hold them and run this again.`,
    )
  }
  const display = virtualDisplay && findOnPath('Xvfb') === undefined ? [['xvfb']] : []
  if (packages.length + display.length > 0) {
    const who = [packages.length > 0 ? 'Electron' : '', display.length > 0 ? 'the virtual display' : ''].filter(Boolean)
    const purpose = `${who.join(' and ')} ${who.length > 1 ? 'need' : 'needs'}`
    await installDebianPackages([...packages, ...display], purpose.replace(/^t/, 'T'))
  }
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(stampFile, stamp)
}

/** For an Electron that could not load a library after all: the next start looks again. */
export function forgetSystemPackages() {
  rmSync(stampFile, { force: true })
}

/** @param {string} executable */
function stampFor(executable) {
  return JSON.stringify([hostname(), executable, statSync(executable).mtimeMs])
}

/** @param {string} dist @param {string} executable */
async function librariesMissingFor(dist, executable) {
  const own = readdirSync(dist).filter((name) => name.endsWith('.so') || name.includes('.so.'))
  const files = [executable, ...own.map((name) => join(dist, name))]
  const output = await outputOf('ldd', files, { env: { ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: dist } })
  return missingLibraries(output ?? '').filter((library) => !own.includes(library))
}
