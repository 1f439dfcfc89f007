// @ts-check
// The app runs other people's programs. They shall find what the person's own shell would find, not what npm puts in
// front of it for the scripts of this checkout.

import { delimiter } from 'node:path'

/** What npm sets for the scripts that it runs. */
const setByNpm = /^npm_|^(INIT_CWD|NODE)$/

/**
 * The environment without npm's additions: its variables, and the folders of scripts that it puts on the path.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function personEnvironment(environment) {
  /** @type {NodeJS.ProcessEnv} */
  const kept = {}
  for (const [name, value] of Object.entries(environment)) {
    if (!setByNpm.test(name)) kept[name] = name.toUpperCase() === 'PATH' ? personPath(value ?? '') : value
  }
  return kept
}

/** @param {string} path */
function personPath(path) {
  return path
    .split(delimiter)
    .filter((folder) => !/[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/.test(folder))
    .join(delimiter)
}
