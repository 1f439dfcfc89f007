import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createProject, type TemporaryProject } from '../module/temporary-project.ts'
import { type BuiltEntries, buildEntries, patientTest } from './built-entries.ts'

let built: BuiltEntries
let project: TemporaryProject
let owner: ChildProcess | undefined

beforeAll(async () => {
  built = await buildEntries()
  project = await createProject({
    'idle.mjs': 'export async function idle() {}',
    'loops.mjs': 'export async function t() {}\nfor (;;);',
  })
  await build({
    entryPoints: [fileURLToPath(new URL('owner-process.ts', import.meta.url))],
    outfile: join(dirname(built.entries.host), 'owner.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['esbuild'],
  })
})
afterEach(() => {
  owner?.kill('SIGKILL')
})
afterAll(async () => {
  await built.remove()
  await project.remove()
})

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a host whose owner dies without a word', patientTest, () => {
  it.each(['idle.mjs', 'loops.mjs'])('ends itself (%s)', async (file) => {
    const { host, watchdog } = built.entries
    const args = [
      join(dirname(host), 'owner.mjs'),
      host,
      watchdog,
      pathToFileURL(project.path(file)).href,
      project.folder,
    ]
    const runAsNode = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
    owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: runAsNode })
    if (owner.stdout === null) throw new Error('no output')
    const [line] = (await once(createInterface(owner.stdout), 'line')) as [string]
    const pid = Number(line)
    expect(lives(pid)).toBe(true)
    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(lives(pid)).toBe(false), { timeout: 20_000, interval: 20 })
  })
})
