// @ts-check
// Child processes that a step waits for.

import { spawn } from 'node:child_process'

/**
 * Runs a command to its end with this terminal's own output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<void>}
 * @throws {Error} naming the command when it cannot start or ends with another code than 0
 */
export async function run(command, args, options = {}) {
  const code = await exitCodeOf(command, args, options)
  if (code !== 0) throw new Error(`"${[command, ...args].join(' ')}" ended with exit code ${code}`)
}

/**
 * Runs a command to its end and tells its exit code (1 when a signal ended it). It is ended when this process exits first.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {(text: string) => void} [onOutput] gets stdout and stderr where they are pipes
 * @returns {Promise<number>}
 */
export function exitCodeOf(command, args, options = {}, onOutput = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
    const end = () => child.kill()
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput)
    process.on('exit', end)
    child.on('error', (error) => {
      process.off('exit', end)
      reject(error)
    })
    child.on('close', (code) => {
      process.off('exit', end)
      resolve(code ?? 1)
    })
  })
}

/**
 * Runs a command to its end and returns what it printed on stdout, or undefined when it could not start or failed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<string | undefined>}
 */
export function outputOf(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve(code === 0 ? output : undefined))
  })
}

/**
 * Runs a command to its end without showing what it says, which is returned for the case that it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ readonly code: number, readonly output: string }>}
 */
export async function runQuietly(command, args, env) {
  const options = { env, stdio: /** @type {['ignore', 'pipe', 'pipe']} */ (['ignore', 'pipe', 'pipe']) }
  let output = ''
  const code = await exitCodeOf(command, args, options, (chunk) => {
    output += chunk
  })
  return { code, output }
}
