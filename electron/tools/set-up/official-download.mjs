// @ts-check
// Downloads the declared Electron with its own installer. Asks the release server first, with a short limit, because
// the installer would retry for most of a minute where nothing answers. Exit code 3: not reachable.

import { exitCodeOf } from '../process.mjs'
import { inRepository } from '../repository.mjs'

const answerWithinMs = 4000
const officialMirror = 'https://github.com/electron/electron/releases/download/'

const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? officialMirror
process.exitCode = (await answers(mirror))
  ? await exitCodeOf(process.execPath, [inRepository('node_modules/electron/install.js')], { stdio: ['ignore', 2, 2] })
  : 3

/** Any answer counts, also an error page. @param {string} address */
async function answers(address) {
  try {
    await fetch(address, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(answerWithinMs) })
    return true
  } catch {
    return false
  }
}
