// @ts-check
// A copy of the sources in which one thing at a time can be spoiled, so that the checkout itself stays as it is.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, repository } from '../../electron/tools/repository.mjs'

/**
 * Makes the copy anew and gives its folder. What is only used, and never spoiled, is linked.
 * @param {string} name
 * @param {readonly string[]} [used] paths below the checkout
 */
export function copySources(name, used = []) {
  const copy = join(cacheFolder, name)
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(join(copy, '.cache'), { recursive: true })
  for (const entry of ['core', 'electron', 'renderer', 'test', 'package.json', 'tsconfig.json']) {
    cpSync(join(repository, entry), join(copy, entry), { recursive: true })
  }
  for (const entry of ['node_modules', ...used]) {
    const target = join(repository, entry)
    if (existsSync(target)) symlinkSync(target, join(copy, entry), 'dir')
  }
  return copy
}

/**
 * Runs `check` while `from` stands as `to` in one file of the copy. `undefined` when the file does not hold `from` once.
 * @template Result
 * @param {string} copy
 * @param {{ readonly file: string, readonly from: string, readonly to: string }} change
 * @param {() => Result} check
 * @returns {Result | undefined}
 */
export function whileChanged(copy, { file, from, to }, check) {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  if (original.split(from).length !== 2) return undefined
  writeFileSync(
    path,
    original.replace(from, () => to),
  )
  try {
    return check()
  } finally {
    writeFileSync(path, original)
  }
}
