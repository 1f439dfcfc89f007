// Stands in for the loader that every official Electron dist carries: `electron [flags] FOLDER [arguments]` starts the
// app in FOLDER. The entry is awaited at the top level, so that what an app must do before `ready` is still in time.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const { folder, preloads } = readArguments(process.argv.slice(1))
if (folder === undefined) {
  process.stderr.write('electron: name the folder of an app to start\n')
  app.exit(1)
} else {
  await startApp(folder, preloads)
}

function readArguments(args) {
  const preloads = []
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index]
    if (arg === '-r' || arg === '--require') {
      index += 1
      preloads.push(args[index])
    } else if (!arg.startsWith('-')) {
      return { folder: resolve(arg), preloads }
    }
  }
  return { folder: undefined, preloads }
}

async function startApp(folder, preloads) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
  app.setName(manifest.productName ?? manifest.name)
  app.setVersion(manifest.version ?? '0.0.0')
  app.setAppPath(folder)
  if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), app.name))

  const require = createRequire(join(folder, 'package.json'))
  for (const preload of preloads) require(preload)
  await import(pathToFileURL(join(folder, manifest.main ?? 'index.js')).href)
}
