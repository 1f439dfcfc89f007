/** The Node that this machine runs hosts with (Electron's own, where an Electron is there), and the newest one. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { resolveElectron } from '../../electron/tools/set-up/electron-resolver.mjs'

export interface Runtime {
  readonly name: 'host' | 'newest'
  readonly executable: string
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

async function runtime(name: Runtime['name'], executable: string, env: Runtime['env']): Promise<Runtime> {
  const { stdout } = await promisify(execFile)(executable, ['-p', 'JSON.stringify(process.versions)'], {
    env: { ...process.env, ...env },
  })
  const { node, v8, electron } = JSON.parse(stdout) as Readonly<Record<string, string | undefined>>
  const version = `node ${node}, v8 ${v8}${electron === undefined ? '' : `, electron ${electron}`}`
  return { name, executable, env, version }
}
