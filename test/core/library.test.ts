/** The library as a plain Node program uses it, on real time. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterEach, describe, expect, test } from 'vitest'
import { createRunner, createSupervisor, defineTask, type Runner, type TaskEvent } from '../../core/index.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

const runners: Runner[] = []
function open(): Runner {
  const runner = createRunner()
  runners.push(runner)
  return runner
}

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close('test over')
})

describe('the library', () => {
  test('runs a typed task and gives its value', async () => {
    const double = defineTask({ name: 'double', run: async (_ctx, input: { n: number }) => input.n * 2 })
    const handle = open().submit(double, { n: 21 })
    const outcome = await handle.outcome
    // The type says number: no cast is needed to add to it.
    expect(outcome.status === 'completed' ? outcome.value + 0 : outcome).toBe(42)
  })

  test('tells every listener of every event in order, and no more after it left', async () => {
    const runner = open()
    const heard: TaskEvent[] = []
    const leave = runner.onEvent((event) => heard.push(event))
    await runner.submit(() => 1).outcome
    expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3])
    leave()
    await runner.submit(() => 2).outcome
    expect(heard).toHaveLength(3)
  })

  test('a listener that starts tasks does not upset the order of what others hear', async () => {
    const runner = open()
    const heard: number[] = []
    runner.onEvent((event) => {
      if (event.seq === 1) runner.submit(() => 2)
    })
    runner.onEvent(({ seq }) => heard.push(seq))
    await runner.submit(() => 1).outcome
    expect(heard).toEqual([...heard].sort((a, b) => a - b))
    expect(heard.length).toBeGreaterThanOrEqual(4)
  })

  test('keeps a task alive by a supervisor', async () => {
    const runner = open()
    let attempts = 0
    const flaky = defineTask({
      name: 'flaky',
      run: async () => {
        attempts += 1
        if (attempts < 3) throw new Error('not yet')
      },
    })
    const supervisor = createSupervisor(
      {
        name: 'top',
        strategy: 'one_for_one',
        intensity: 5,
        children: [{ id: 'flaky', task: flaky, restart: 'transient' }],
      },
      runner,
    )
    const done = new Promise<void>((resolve) => {
      runner.onEvent((event) => {
        if (event.kind === 'task.state' && event.to === 'completed') resolve()
      })
    })
    await supervisor.started
    await done
    expect(attempts).toBe(3)
    await supervisor.stop()
  })

  test('works in a plain Node program, needs nothing but its one dependency, and lets the program end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taskscope-library-'))
    try {
      const result = await build({
        entryPoints: [join(root, 'core/index.ts')],
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile: join(folder, 'taskscope.mjs'),
        metafile: true,
        logLevel: 'silent',
      })
      const foreign = Object.keys(result.metafile.inputs).filter((input) => input.includes('node_modules'))
      expect(foreign.filter((input) => !input.includes('@opentelemetry/api/'))).toEqual([])
      const program = `
        import { createRunner, defineTask } from './taskscope.mjs'
        const runner = createRunner()
        const handle = runner.submit(defineTask({ name: 'hello', run: async (ctx) => { await ctx.sleep(5); return 'hello' } }))
        console.log((await handle.outcome).value)
      `
      await writeFile(join(folder, 'program.mjs'), program)
      const { stdout } = await run(process.execPath, [join(folder, 'program.mjs')], { timeout: 30_000 })
      expect(stdout).toBe('hello\n')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
