/** The headless program built the way the application's own build makes it, started as a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export interface BuiltProgram {
  /** What to hand to `node`, before the verb. */
  readonly file: string
  readonly folder: string
  start(args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams
  /** Runs a verb to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  /** Ends what still runs and takes the files away. */
  remove(): Promise<void>
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export async function buildProgram(): Promise<BuiltProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-program-'))
  // Two folders below its package, as in the application.
  const file = join(folder, 'out', 'main', 'taskscope.mjs')
  const cli = fileURLToPath(new URL('../../../core/cli/cli.ts', import.meta.url))
  const contents = `import { main } from ${JSON.stringify(cli)}\nprocess.exit(await main(process.argv.slice(2)))`
  await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['esbuild'],
    logLevel: 'silent',
  })
  await writeFile(join(folder, 'package.json'), '{"version":"0.0.0"}')
  const children = new Set<ChildProcessWithoutNullStreams>()
  const start: BuiltProgram['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, TASKSCOPE_RUNTIME_DIR: join(folder, 'run'), ...env },
    })
    children.add(child)
    child.once('close', () => children.delete(child))
    return child
  }
  return {
    file,
    folder,
    start,
    run: (args, env) =>
      new Promise((resolve) => {
        const child = start(args, env)
        let out = ''
        let err = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          out += text
        })
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          err += text
        })
        child.stdin.end()
        child.once('close', (code) => resolve({ code, out, err }))
      }),
    async remove() {
      for (const child of children) child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
