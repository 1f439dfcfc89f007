// @ts-check
// Builds main, preload and renderer into `out/` with electron-vite when a source is newer than the last build.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { exitCodeOf } from '../process.mjs'
import { inRepository, projectNode, repository } from '../repository.mjs'
import { sayStep } from '../say.mjs'
import { SetupFailure } from '../setup-failure.mjs'
import { sourceStamp } from './build-stamp.mjs'

const sources = ['core', 'electron', 'renderer', 'package.json', 'package-lock.json', 'tsconfig.json']
const stampFile = inRepository('out/.build-stamp')
const entry = inRepository('out/main/main.js')

/** @param {string} electronExecutable electron-vite wants to know it even to build */
export async function ensureBuild(electronExecutable) {
  const stamp = sourceStamp(repository, sources)
  if (existsSync(entry) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  await sayStep('Building the app (electron-vite build)', () => build(electronExecutable))
  writeFileSync(stampFile, stamp)
}

/** @param {string} electronExecutable */
async function build(electronExecutable) {
  rmSync(stampFile, { force: true })
  const code = await exitCodeOf(
    projectNode,
    [
      inRepository('node_modules/electron-vite/bin/electron-vite.js'),
      'build',
      '-c',
      'electron/vite.config.ts',
      '--logLevel',
      'warn',
    ],
    { cwd: repository, stdio: ['ignore', 2, 2], env: { ...process.env, ELECTRON_EXEC_PATH: electronExecutable } },
  )
  if (code !== 0) throw new SetupFailure(`The build failed with exit code ${code}; what is wrong stands above.`)
}
