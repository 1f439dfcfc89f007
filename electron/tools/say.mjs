// @ts-check
// What the tools tell the person at the terminal: one line each, on stderr, so that stdout stays the program's own.

import { performance } from 'node:perf_hooks'

/** @param {string} line */
export function say(line) {
  process.stderr.write(`[taskscope] ${line}\n`)
}

/**
 * Announces a step, runs it and tells how long it took.
 * @template T
 * @param {string} what one line, without a full stop
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export async function sayStep(what, step) {
  say(`${what} …`)
  const start = performance.now()
  const result = await step()
  say(`  done in ${seconds(performance.now() - start)}`)
  return result
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
