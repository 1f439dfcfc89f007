// @ts-check
// The outermost frame of every command: expected failures become one line, bugs keep their stack, both exit with 1,
// and an interrupt ends the process in order, so that whatever it started is ended with it.

import { constants } from 'node:os'
import { say } from './say.mjs'
import { SetupFailure } from './setup-failure.mjs'

/** @param {() => Promise<number>} tool returns the exit code */
export async function runTool(tool) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // Someone who listens as well (a running app) decides for itself when the end has come.
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
    })
  }
  endWithNpm()
  try {
    process.exit(await tool())
  } catch (error) {
    if (error instanceof SetupFailure) say(error.message)
    else console.error(error)
    process.exit(1)
  }
}

/**
 * npm starts a shell that starts us. When npm is told to end, only the shell hears of it; then we are left alone with
 * our window, and end as if we had been told.
 */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}
