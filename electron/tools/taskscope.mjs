#!/usr/bin/env node
// @ts-check
// The `taskscope` command. Window verbs start the app with what is installed, or say what is missing; every other verb
// is the headless program's. It sets nothing up: `npm start` does.

import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { runApp } from './launch/electron-process.mjs'
import { readTaskscopeArguments, usage } from './launch/taskscope-arguments.mjs'
import { inRepository, repository } from './repository.mjs'
import { runTool } from './run-tool.mjs'
import { resolveElectron } from './set-up/electron-resolver.mjs'
import { electronEnvironment } from './set-up/set-up.mjs'
import { needsVirtualDisplay } from './set-up/virtual-display.mjs'
import { SetupFailure } from './setup-failure.mjs'

await runTool(async () => {
  const request = readTaskscopeArguments(process.argv.slice(2))
  switch (request.kind) {
    case 'help':
      console.log(usage)
      return 0
    case 'version':
      console.log(JSON.parse(readFileSync(inRepository('package.json'), 'utf8')).version)
      return 0
    case 'refused':
      throw new SetupFailure(request.reason)
    case 'window':
      return openWindow(request.args)
    case 'headless':
      return runHeadless(request.args)
  }
})

/** @param {readonly string[]} args */
async function openWindow(args) {
  const electron = resolveElectron(process.env)
  if (electron === undefined) {
    throw new SetupFailure(`No Electron is installed, so there is no window: run "npm start" in ${repository} once.`)
  }
  if (needsVirtualDisplay(process.env, process.platform)) {
    throw new SetupFailure(
      `There is no display (DISPLAY and WAYLAND_DISPLAY are unset), so there is no window: set one, or run "npm start" in ${repository}, which brings a virtual one.`,
    )
  }
  requireBuild('out/main/main.js')
  return runApp({ electron, environment: electronEnvironment(electron.executable) }, args, process.cwd())
}

/** @param {readonly string[]} args */
async function runHeadless(args) {
  const program = await import(pathToFileURL(requireBuild('out/main/cli.js')).href)
  return program.main(args)
}

/** @param {string} file path in the repository @returns {string} its full path */
function requireBuild(file) {
  const path = inRepository(file)
  if (existsSync(path)) return path
  throw new SetupFailure(
    `The app is not built (there is no ${file}): run "npm start" or "npm run build" in ${repository} once.`,
  )
}
