// @ts-check
// `npm run package`: the app, unpacked, in `release/`, with the Electron that is in use here. With the carried Electron
// the result is a development build and is marked as one.

import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeThirdPartyLicences } from './licences.mjs'
import { exitCodeOf } from './process.mjs'
import { inRepository, projectNode, repository } from './repository.mjs'
import { runTool } from './run-tool.mjs'
import { say } from './say.mjs'
import { setUp } from './set-up/set-up.mjs'
import { SetupFailure } from './setup-failure.mjs'

const warning =
  'DEVELOPMENT BUILD: it holds the carried Electron of an ended release line, not the official one. It must not be shipped.'

await runTool(async () => {
  const { electron } = await setUp({ window: false, build: true })
  if (electron.version === undefined) {
    throw new SetupFailure(
      `${electron.dist} does not tell its version (a file "version" is missing): use a complete dist.`,
    )
  }
  writeThirdPartyLicences(repository)
  const code = await exitCodeOf(
    projectNode,
    [
      inRepository('node_modules/electron-builder/cli.js'),
      '--dir',
      '--publish',
      'never',
      `-c.electronDist=${electron.dist}`,
      `-c.electronVersion=${electron.version}`,
    ],
    { cwd: repository },
  )
  if (code === 0 && electron.origin !== 'official') markAsDevelopmentBuild()
  return code
})

function markAsDevelopmentBuild() {
  const release = inRepository('release')
  for (const folder of readdirSync(release).filter((name) => name.endsWith('-unpacked'))) {
    rmSync(join(release, folder, 'resources/default_app.asar'), { force: true })
    writeFileSync(join(release, folder, 'DEVELOPMENT-BUILD.txt'), `${warning}\n`)
  }
  say(warning)
}
