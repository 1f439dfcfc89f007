// @ts-check
// Where things are in a checkout. Everything the tools write goes below `.cache/` (kept) or `out/` (the build).

import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's top folder, whatever the current directory is. */
export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Stamps, the carried Electron and the test results live here; deleting it is always safe. */
export const cacheFolder = join(repository, '.cache')

/** The Node that scripts need (24), installed by npm; the machine's own Node only runs the set-up. */
export const projectNode = join(repository, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/**
 * A path below the checkout.
 * @param {string[]} parts
 */
export function inRepository(...parts) {
  return join(repository, ...parts)
}
