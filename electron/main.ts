/**
 * The main process: composes, and holds no task logic. What must happen before Electron is ready happens at the top
 * level; nothing here awaits readiness at the top level, since readiness waits for this module.
 */
import { app } from 'electron'
import { declareAppScheme } from './app-scheme.ts'
import { startApplication } from './application.ts'
import { ownArguments, readArguments } from './arguments.ts'
import { hardenWebContents } from './hardening.ts'
import { unpackedEsbuild } from './unpacked.ts'

// As root Chromium cannot sandbox at all; enforcing it there would end every child in a loop.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

if (app.isPackaged) {
  process.env.ESBUILD_BINARY_PATH = unpackedEsbuild(app.getAppPath(), process.platform, process.arch)
}

const start = readArguments(ownArguments(process.argv, app.isPackaged), process.cwd())

// A screenshot is taken by an application of its own, whatever else is running.
if (start.screenshot === undefined && !app.requestSingleInstanceLock({ argv: process.argv, cwd: process.cwd() })) {
  console.log('Taskscope is running already; it has been given this request.')
  app.exit(0)
} else {
  declareAppScheme()
  hardenWebContents()
  app
    .whenReady()
    .then(() => startApplication(start))
    .catch((error: unknown) => {
      console.error('Taskscope could not start:', error)
      app.exit(1)
    })
}
