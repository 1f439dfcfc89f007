// @ts-check
// A display for machines that have none: Xvfb on a number that it chooses itself, ended with the command that needed it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { say } from '../say.mjs'
import { SetupFailure } from '../setup-failure.mjs'
import { findOnPath } from './find-on-path.mjs'

const screen = '1600x1000x24'
const readyWithinMs = 15_000

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @param {NodeJS.Platform} platform
 */
export function needsVirtualDisplay(environment, platform) {
  return platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY
}

/**
 * Runs a command until it ends or its stdin does. The kernel closes that pipe however this process ends, `kill -9` included.
 * In a process group of its own, so that Ctrl-C reaches the app first and the app can still close its window.
 */
const untilStdinEnds = '"$@" </dev/null & exec 2>&- 3>&-; read -r _; kill $!'

/**
 * Starts Xvfb; it ends when this process does.
 * @returns {Promise<string>} the display's name, for `DISPLAY`
 */
export async function startVirtualDisplay() {
  const program = findOnPath('Xvfb')
  if (program === undefined) {
    throw new SetupFailure('There is no Xvfb: run "apt-get install xvfb" as root, then this again.')
  }
  const command = [program, '-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp']
  const child = spawn('sh', ['-c', untilStdinEnds, 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const name = `:${await displayNumber(child)}`
  child.unref()
  const stdin = /** @type {import('node:net').Socket} */ (child.stdin)
  stdin.unref()
  say(`No display here, so the window opens on a virtual one (Xvfb ${name}).`)
  return name
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
function displayNumber(child) {
  return new Promise((resolve, reject) => {
    let errors = ''
    let number = ''
    /** @param {string} why */
    const fail = (why) => {
      clearTimeout(timer)
      reject(new SetupFailure(`The virtual display (Xvfb) did not start: ${why} ${errors.trim()}`.trim()))
    }
    const timer = setTimeout(() => fail(`no answer within ${readyWithinMs / 1000} s.`), readyWithinMs)
    child.on('error', (error) => fail(`${error.message}.`))
    const complaints = /** @type {import('node:stream').Readable} */ (child.stderr)
    complaints.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(-500)
    })
    const answer = /** @type {import('node:stream').Readable} */ (child.stdio[3])
    // It has gone when both have ended; what it complained of may come after the end of the answer.
    void Promise.all([once(answer, 'end'), once(complaints, 'end')]).then(() => fail('it ended at once.'), fail)
    answer.on('data', (chunk) => {
      number += chunk
      if (!number.endsWith('\n')) return
      clearTimeout(timer)
      answer.destroy()
      complaints.destroy()
      resolve(number.trim())
    })
  })
}
