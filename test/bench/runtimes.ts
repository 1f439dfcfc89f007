/**
 * The Node that this machine runs hosts with (Electron's own, where an Electron is there), and the newest one; and where
 * the application itself runs, Electron's main process.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { mustGoWithoutSandbox } from '../../electron/tools/launch/sandbox.mjs'
import { resolveElectron } from '../../electron/tools/set-up/electron-resolver.mjs'
import { needsVirtualDisplay, startVirtualDisplay } from '../../electron/tools/set-up/virtual-display.mjs'

export interface Runtime {
  readonly name: 'host' | 'newest' | 'main'
  readonly executable: string
  /** Before the script. */
  readonly flags: readonly string[]
  /** What of the bundle runs a section there: a script, or the folder itself as an application. */
  readonly script: 'run-section.js' | '.'
  readonly env: Readonly<Record<string, string>>
  /** As it says itself, e.g. `node 20.18.1, v8 13.0.245.18-electron.0, electron 33.2.1`. */
  readonly version: string
}

export async function findRuntimes(): Promise<readonly Runtime[]> {
  const newest = await runtime('newest', process.execPath, {})
  const electron = resolveElectron(process.env)
  if (electron === undefined) return [newest]
  return [await runtime('host', electron.executable, { ELECTRON_RUN_AS_NODE: '1' }), newest]
}

/**
 * Electron's main process with its own event loop, as the application has it.
 * @param userData a folder that may be made for it.
 * @returns `undefined` where no Electron is. Rejects when there is no display to be had.
 */
export async function mainProcess(userData: string): Promise<Runtime | undefined> {
  const electron = resolveElectron(process.env)
  if (electron === undefined) return undefined
  const { version } = await runtime('host', electron.executable, { ELECTRON_RUN_AS_NODE: '1' })
  const sandbox = (await mustGoWithoutSandbox(electron.dist)) ? ['--no-sandbox'] : []
  const display = needsVirtualDisplay(process.env, process.platform) ? { DISPLAY: await startVirtualDisplay() } : {}
  return {
    name: 'main',
    executable: electron.executable,
    flags: [...sandbox, `--user-data-dir=${userData}`],
    script: '.',
    env: display,
    version,
  }
}

async function runtime(name: Runtime['name'], executable: string, env: Runtime['env']): Promise<Runtime> {
  const { stdout } = await promisify(execFile)(executable, ['-p', 'JSON.stringify(process.versions)'], {
    env: { ...process.env, ...env },
  })
  const { node, v8, electron } = JSON.parse(stdout) as Readonly<Record<string, string | undefined>>
  const version = `node ${node}, v8 ${v8}${electron === undefined ? '' : `, electron ${electron}`}`
  return { name, executable, flags: [], script: 'run-section.js', env, version }
}
