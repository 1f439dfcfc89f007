/** Every example in a docstring of the library is a program: it must type-check, run, and hold what it asserts. */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const patience = { timeout: 120_000 }

interface Example {
  readonly name: string
  readonly code: string
}

/** The ```ts blocks of docstrings, without the stars before their lines. */
function examplesIn(name: string, source: string): Example[] {
  const blocks = [...source.matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```$/gm)]
  return blocks.map(([, block = ''], index) => ({
    name: `${name}${blocks.length > 1 ? ` ${index + 1}` : ''}`,
    code: block.replaceAll(/^ *\* ?/gm, ''),
  }))
}

async function allExamples(): Promise<Example[]> {
  const files = (await readdir(join(root, 'core'), { recursive: true })).filter((file) => file.endsWith('.ts')).sort()
  const found = await Promise.all(
    files.map(async (file) => examplesIn(file, await readFile(join(root, 'core', file), 'utf8'))),
  )
  return found.flat()
}

const examples = await allExamples()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-examples-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [index, { code }] of examples.entries()) await writeFile(join(folder, `example-${index}.ts`), code)
})

afterAll(() => rm(folder, { recursive: true }))

test('the library shows itself by examples', () => {
  expect(examples.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'runner/define-supervisor.ts',
      'runner/define-task.ts',
      'runner/library-runner.ts',
      'runner/library-supervisor.ts',
      'runner/sys/task-debugger.ts',
    ]),
  )
})

test.each(examples.map(({ name }, index) => [name, index] as const))('%s runs', patience, async (_name, index) => {
  const outfile = join(folder, `example-${index}.mjs`)
  await build({
    entryPoints: [join(folder, `example-${index}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: { taskscope: join(root, 'core/index.ts') },
    logLevel: 'silent',
  })
  const { stdout } = await run(process.execPath, [outfile], { timeout: 60_000 })
  expect(stdout).toBe('')
})

test('all of them are typed', patience, async () => {
  const library = relative(folder, join(root, 'core/index.ts'))
  const config = {
    extends: relative(folder, join(root, 'core/tsconfig.json')),
    compilerOptions: {
      composite: false,
      rootDir: '/',
      noEmit: true,
      incremental: false,
      types: ['node'],
      paths: { taskscope: [`./${library}`] },
    },
    files: examples.map((_, index) => `example-${index}.ts`),
    include: [],
    references: [],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, 'node_modules/.bin/tsc')
  const checked = await run(tsc, ['-p', join(folder, 'tsconfig.json')], { cwd: dirname(folder) }).catch(
    (error: { readonly stdout: string }) => error,
  )
  expect(checked.stdout).toBe('')
})
