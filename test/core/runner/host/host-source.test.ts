import { readdir } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { createProject } from '../module/temporary-project.ts'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile } from './opened-host.ts'

const open = hostsOfThisFile()

const hello = `
import { defineTask } from 'taskscope'
export const hello = defineTask({
  name: 'hello',
  run: async (ctx, input) => { console.log('hello', input.who); return 'done' },
})
export async function plain(ctx) { return ctx.id }
`

describe('a host', patientTest, () => {
  it('opens a module, offers its tasks and runs them in a process of its own', async () => {
    const host = await open({ 'm.ts': hello })
    expect(await host.host.opened).toEqual({ ok: true, tasks: ['hello', 'plain'] })
    const id = await host.run('hello', { who: 'world' })
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
    expect(end.outcome).toMatchObject({ status: 'completed', value: { text: '"done"' } })
    const pids = host
      .of('node.changed')
      .map((event) => event.facts?.pid)
      .filter((pid) => typeof pid === 'number')
    expect(pids).toHaveLength(1)
    expect(pids).not.toContain(process.pid)
  })

  it('numbers all events of its source without a gap, and each names the source', async () => {
    const host = await open({ 'm.ts': hello })
    await host.host.opened
    await host.run('hello', { who: 'you' })
    await host.close()
    expect(host.events.map((event) => event.seq)).toEqual(host.events.map((_event, index) => index + 1))
    expect(new Set(host.events.map((event) => event.source))).toEqual(new Set(['module']))
  })

  it('dates events on the clock of this process', async () => {
    const before = Date.now()
    const host = await open({ 'm.ts': hello })
    await host.host.opened
    await host.run('hello', { who: 'you' })
    const times = host.events.map((event) => event.at)
    expect(Math.min(...times)).toBeGreaterThan(before - 50)
    expect(Math.max(...times)).toBeLessThan(Date.now() + 50)
  })

  it('is stopped with its tasks cancelled, and stays down until it is started again', async () => {
    const host = await open({
      'm.ts': `import { defineTask } from 'taskscope'
        export const wait = defineTask({ name: 'wait', run: (ctx) => ctx.sleep(600_000) })`,
    })
    await host.host.opened
    const id = await host.run('wait')
    expect(await host.settled(host.ask('host', { verb: 'stop' }))).toEqual({ effect: 'ended 1 task: wait' })
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'cancelled')
    expect(end.outcome).toMatchObject({ status: 'cancelled' })
    expect(host.of('node.changed').at(-1)).toMatchObject({ status: 'closed', why: { text: 'stopped by you' } })
    expect(await host.settled(host.ask('host', { verb: 'start', offer: 'wait', input: {} }))).toEqual({
      refusal: 'the host is not running',
    })
    expect(await host.settled(host.ask('host', { verb: 'restart' }))).toEqual({ effect: 'started' })
    await host.run('wait')
  })

  it('kills on request what does not end by itself', async () => {
    const host = await open({
      'm.ts': `import { defineTask } from 'taskscope'
        export const busy = defineTask({ name: 'busy', run: () => { for (;;); } })`,
    })
    await host.host.opened
    const id = await host.run('busy')
    expect(await host.settled(host.ask('host', { verb: 'kill' }))).toEqual({ effect: 'killed 1 task: busy' })
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'failed')
    expect(end).toMatchObject({ by: { kind: 'person' }, outcome: { kind: 'killed' } })
    expect(host.of('node.changed').filter((event) => event.status === 'opening')).toHaveLength(1)
  })

  it('kills a process that does not end in time when it is stopped', async () => {
    const host = await open(
      {
        'm.ts': `import { defineTask } from 'taskscope'
          export const busy = defineTask({ name: 'busy', run: () => { for (;;); } })`,
      },
      { deadlines: { connectMs: 20_000, loadMs: 10_000, closeMs: 300 } },
    )
    await host.host.opened
    const id = await host.run('busy')
    await host.settled(host.ask('host', { verb: 'stop' }))
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'failed')
    expect(end).toMatchObject({ why: { text: 'host did not end within 300 ms and was killed' } })
  })

  it('does not wait long for a stuck task when it is closed for good', async () => {
    const host = await open(
      {
        'm.ts': `import { defineTask } from 'taskscope'
          export const busy = defineTask({ name: 'busy', run: () => { for (;;); } })`,
      },
      { deadlines: { leaveMs: 200 } },
    )
    await host.host.opened
    const id = await host.run('busy')
    await host.close()
    expect(host.of('task.state').findLast((event) => event.id === id)).toMatchObject({ to: 'failed' })
    expect(host.of('node.changed').at(-1)).toMatchObject({ status: 'closed' })
  })

  it('can be closed before it has opened, and then never opens', async () => {
    const host = await open({ 'm.ts': hello })
    await host.close()
    expect(await host.host.opened).toMatchObject({ ok: false })
    expect(host.of('node.changed').filter((event) => event.status === 'open')).toEqual([])
    expect(host.of('node.changed').at(-1)).toMatchObject({ status: 'closed' })
    expect(host.of('finding')).toEqual([])
  })

  it('can be stopped while its module is still loading', async () => {
    const host = await open({ 'm.ts': 'export async function t() {}\nawait new Promise(() => {})' })
    await host.seen('node.changed', ({ facts }) => typeof facts?.pid === 'number')
    expect(await host.settled(host.ask('host', { verb: 'stop' }))).toEqual({ effect: 'ended no tasks' })
    expect(await host.host.opened).toMatchObject({ ok: false })
    expect(host.of('node.changed').at(-1)).toMatchObject({ status: 'closed' })
  })

  it('leaves nothing behind in the temporary folder', async () => {
    const temporary = await createProject()
    vi.stubEnv('TMPDIR', temporary.folder)
    const host = await open({ 'm.ts': hello })
    await host.host.opened
    expect((await readdir(temporary.folder)).length).toBeGreaterThan(1)
    await host.close()
    expect(await readdir(temporary.folder)).toEqual([])
    vi.unstubAllEnvs()
    await temporary.remove()
  })
})
