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
 * @returns {Promise<number>}
 */
export function exitCodeOf(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
    const end = () => child.kill()
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
