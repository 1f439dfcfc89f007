/**
 * The headless program, built the way the application's own build lays it out, into a folder of the checkout: there it
 * finds the packages that it leaves to be found.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { ServerLaunch } from '../../../../core/model/server-target.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
// A server gets a short environment, in which Electron running as Node would start a window instead.
const nodeProgram = process.versions.electron === undefined ? process.execPath : 'node'

export interface BuiltProgram {
  /** How a client launches `taskscope` with these words. */
  launch(...words: string[]): ServerLaunch
  remove(): Promise<void>
}

export async function buildProgram(): Promise<BuiltProgram> {
  await mkdir(join(root, '.cache'), { recursive: true })
  const folder = await mkdtemp(join(root, '.cache/program-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await fill(folder)
  } catch (error) {
    await remove()
    throw error
  }
  const program = join(folder, 'run.mjs')
  return {
    launch: (...words) => ({ name: 'taskscope', command: nodeProgram, args: [program, ...words], env: {} }),
    remove,
  }
}

async function fill(folder: string): Promise<void> {
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'))
  await build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'core/cli/cli.ts',
      host: 'core/runner/host/host-entry.ts',
      watchdog: 'core/runner/host/watchdog-entry.ts',
      taskscope: 'core/index.ts',
    },
    outdir: join(folder, 'out/main'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // It brings a program of its own, which it looks for beside itself.
    external: ['esbuild'],
    logLevel: 'silent',
  })
  const program = "import { main } from './out/main/cli.js'\nprocess.exit(await main(process.argv.slice(2)))\n"
  await writeFile(join(folder, 'run.mjs'), program)
}
