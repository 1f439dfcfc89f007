// @ts-check
// Compares what `package-lock.json` asks for with what npm wrote down about the installed tree
// (`node_modules/.package-lock.json`). Pure.

/**
 * @typedef {{ readonly version?: string, readonly integrity?: string, readonly optional?: boolean,
 *   readonly devOptional?: boolean, readonly link?: boolean }} LockedPackage
 * @typedef {{ readonly packages?: Readonly<Record<string, LockedPackage>> }} LockFile
 */

/**
 * Folders whose installed package is missing or another version than the lock asks for. Optional packages may be
 * missing, since they belong to other platforms.
 * @param {LockFile} wanted
 * @param {LockFile} installed
 * @returns {readonly string[]}
 */
export function differingPackages(wanted, installed) {
  const present = installed.packages ?? {}
  return Object.entries(wanted.packages ?? {})
    .filter(([folder, locked]) => {
      if (folder === '' || locked.link === true) return false
      const found = present[folder]
      if (found === undefined) return locked.optional !== true && locked.devOptional !== true
      return found.version !== locked.version || found.integrity !== locked.integrity
    })
    .map(([folder]) => folder)
}
