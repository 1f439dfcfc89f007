/** Threads and processes of a plain Node program that uses nothing but the built library. */
import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BuiltEntries, buildEntries, patientTest } from './host/built-entries.ts'
import { createProject, type TemporaryProject } from './module/temporary-project.ts'

const run = promisify(execFile)
let built: BuiltEntries
const projects: TemporaryProject[] = []

beforeAll(async () => {
  built = await buildEntries()
})
afterEach(async () => {
  for (const project of projects.splice(0)) await project.remove()
})
afterAll(() => built.remove())

/** Runs `main.mjs` and gives what it wrote, once it has ended by itself. */
async function program(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const library = JSON.stringify(pathToFileURL(built.entries.library).href)
  const sources = Object.entries(files).map(([name, text]) => [name, text.replaceAll("'taskscope'", library)] as const)
  const project = await createProject(Object.fromEntries(sources))
  projects.push(project)
  const env = { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' }
  const { stdout } = await run(process.execPath, [project.path('main.mjs')], { env, timeout: 40_000 })
  return stdout.trim().split('\n')
}

const tasks = `
import { isMainThread } from 'node:worker_threads'
import { defineTask } from 'taskscope'
const places = (isolation) => defineTask({
  name: 'where-' + isolation,
  isolation,
  state: () => ({ steps: 0 }),
  run: async (ctx, { pid, steps }) => {
    for (let n = 0; n < steps; n += 1) {
      ctx.state.steps += 1
      await ctx.checkpoint('step ' + n)
    }
    return { elsewhere: !isMainThread, otherProcess: process.pid !== pid }
  },
})
export const thread = places('thread')
export const inProcess = places('process')
export const speaks = defineTask({ name: 'speaks', isolation: 'thread', run: () => console.log('spoken in a thread') })
export const busy = defineTask({ name: 'busy', isolation: 'thread', run: () => { for (;;); } })
`

it('runs tasks in threads and processes of their own, and ends when its runner is closed', patientTest, async () => {
  const written = await program({
    'main.mjs': `
      import { createRunner } from 'taskscope'
      import { inProcess, thread } from './tasks.mjs'
      const runner = createRunner()
      for (const task of [thread, inProcess]) {
        const handle = runner.submit(task, { pid: process.pid, steps: 3 })
        console.log(JSON.stringify(await handle.outcome))
      }
      await runner.close('done')`,
    'tasks.mjs': tasks,
  })
  expect(written.map((line) => JSON.parse(line))).toEqual([
    { status: 'completed', value: { elsewhere: true, otherProcess: false } },
    { status: 'completed', value: { elsewhere: true, otherProcess: true } },
  ])
})

it('shows what a task in a thread writes, and kills one that is busy', patientTest, async () => {
  const written = await program({
    'main.mjs': `
      import { createRunner } from 'taskscope'
      import { busy, speaks } from './tasks.mjs'
      const runner = createRunner({ graceMs: 50 })
      await runner.submit(speaks).outcome
      const handle = await runner.start(busy)
      console.log(JSON.stringify((await handle.suspend()).effective))
      await handle.resume()
      handle.cancel('enough')
      console.log((await handle.outcome).status)
      await runner.close('done')`,
    'tasks.mjs': tasks,
  })
  expect(written).toEqual(['spoken in a thread', 'true', 'failed'])
})

it.each(['thread', 'inProcess'])('asks and changes a state that lives elsewhere: %s', patientTest, async (task) => {
  const written = await program({
    'main.mjs': `
      import { createRunner } from 'taskscope'
      import { ${task} } from './tasks.mjs'
      const runner = createRunner({ breakpoints: [{ id: 'b', on: { kind: 'checkpoint', label: 'step 4' } }] })
      const held = new Promise((resolve) => runner.onEvent((event) => event.to === 'suspended' && resolve()))
      const handle = await runner.start(${task}, { pid: 0, steps: 1e9 })
      await held
      console.log(JSON.stringify(await handle.sys.getState()))
      await handle.sys.replaceState({ patch: { steps: 100 } })
      console.log(JSON.stringify(await handle.sys.getState()))
      const change = await handle.sys.replaceState((state) => state)
      console.log(change.reason)
      try { handle.sys.install({ id: 'f', func: () => undefined }) } catch (error) { console.log(error.message) }
      handle.cancel()
      console.log((await handle.outcome).status)
      await runner.close('done')`,
    'tasks.mjs': tasks,
  })
  const place = task === 'thread' ? 'thread' : 'process'
  expect(written).toEqual([
    '{"steps":5}',
    '{"steps":100}',
    `a function cannot reach a state in a ${place} of its own: give the change as data`,
    `a function of this program cannot run in a ${place} of its own: export it from the module of the task, install it by name`,
    'cancelled',
  ])
})

it('refuses to run a program that would start itself again in each thread, in one sentence', patientTest, async () => {
  const written = await program({
    'main.mjs': `
      import { createRunner, defineTask } from 'taskscope'
      export const hash = defineTask({ name: 'hash', isolation: 'thread', run: () => 1 })
      const runner = createRunner()
      const outcome = await runner.submit(hash).outcome
      console.log(outcome.error.message)
      await runner.close('done')`,
  })
  expect(written).toHaveLength(1)
  expect(written[0]).toContain('starts tasks while it loads: define tasks in a module of their own')
})

it('says so when its module exports no such task', patientTest, async () => {
  const written = await program({
    'main.mjs': `
      import { createRunner } from 'taskscope'
      import { make } from './hidden.mjs'
      const runner = createRunner()
      console.log((await runner.submit(make()).outcome).error.message)
      await runner.close('done')`,
    'hidden.mjs': `
      import { defineTask } from 'taskscope'
      export const other = defineTask({ name: 'other', run: () => 1 })
      export const make = () => defineTask({ name: 'hidden', isolation: 'thread', run: () => 1 })`,
  })
  expect(written).toEqual(['hidden is no task that its module exports'])
})
