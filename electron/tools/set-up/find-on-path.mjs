// @ts-check

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Where a program is, looked up as a shell does; Debian's folders for administrators are searched too.
 * @param {string} program
 * @returns {string | undefined}
 */
export function findOnPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, program))
    .find(isExecutable)
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
