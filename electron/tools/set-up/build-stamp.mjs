// @ts-check
// One hash over the names, sizes and times of everything that the build reads. A few milliseconds for the whole tree.

import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const notSources = new Set(['node_modules', 'tools'])

/**
 * @param {string} root the checkout
 * @param {readonly string[]} entries folders and files below it
 * @returns {string}
 */
export function sourceStamp(root, entries) {
  const hash = createHash('sha256')
  for (const entry of entries) addToHash(hash, root, join(root, entry))
  return hash.digest('hex')
}

/** @param {import('node:crypto').Hash} hash @param {string} root @param {string} path */
function addToHash(hash, root, path) {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return
  if (!status.isDirectory()) {
    hash.update(`${relative(root, path)}\0${status.size}\0${status.mtimeMs}\n`)
    return
  }
  for (const name of readdirSync(path).sort()) {
    if (!notSources.has(name)) addToHash(hash, root, join(path, name))
  }
}
