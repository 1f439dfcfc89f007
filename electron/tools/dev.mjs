// @ts-check
// `npm run dev`: the same set-up, then electron-vite's dev server with hot replacement of the window's modules.

import { mustGoWithoutSandbox } from './launch/sandbox.mjs'
import { exitCodeOf } from './process.mjs'
import { inRepository, projectNode, repository } from './repository.mjs'
import { runTool } from './run-tool.mjs'
import { setUp } from './set-up/set-up.mjs'

await runTool(async () => {
  const { electron, environment } = await setUp({ window: true, build: false })
  const args = ['dev', '-c', 'electron/vite.config.ts']
  if (await mustGoWithoutSandbox(electron.dist)) args.push('--noSandbox')
  const appArguments = process.argv.slice(2)
  if (appArguments.length > 0) args.push('--', ...appArguments)
  return exitCodeOf(projectNode, [inRepository('node_modules/electron-vite/bin/electron-vite.js'), ...args], {
    cwd: repository,
    env: environment,
    stdio: 'inherit',
  })
})
