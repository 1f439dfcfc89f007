import { describe, expect, it } from 'vitest'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile } from './opened-host.ts'

const open = hostsOfThisFile()

const files = {
  'm.ts': `
    import { defineSupervisor, defineTask } from 'taskscope'
    import { version } from './version.ts'
    export const work = defineTask({ name: 'work', run: async (ctx) => {
      console.log('work of', version)
      try { await ctx.sleep(600_000) } finally { console.log('end of', version) }
    } })
    export const keeper = defineSupervisor({
      name: 'keeper', strategy: 'one_for_one', children: [{ id: 'work', task: work, restart: 'permanent' }],
    })`,
  'version.ts': `export const version = 'old code'`,
}

describe('reloading a module', patientTest, () => {
  it('is proposed when a source has changed; tasks end on the old code, then the new code runs', async () => {
    const host = await open(files)
    await host.host.opened
    await host.seen('task.log', (event) => event.lines.some((line) => line.text === 'work of old code'))
    await host.project.write('version.ts', `export const version = 'new code'`)
    const changed = await host.seen('node.changed', (event) => event.facts?.changed === true)
    expect(changed.why).toEqual({ text: 'version.ts has changed', detail: 'restart to run the new code' })
    const [first] = host.of('task.created')

    expect(await host.settled(host.ask('host', { verb: 'restart' }))).toEqual({ effect: 'ended 1 task: work' })
    const end = await host.seen('task.state', (event) => event.id === first?.id && event.to === 'cancelled')
    const second = await host.seen('task.created', (event) => event.id !== first?.id)
    const texts = host.of('task.log').flatMap((event) => event.lines.map((line) => line.text))
    expect(texts).toContain('end of old code')
    await host.seen('task.log', (event) => event.lines.some((line) => line.text === 'work of new code'))
    expect(end.seq).toBeLessThan(second.seq)
    const cleared = await host.seen('node.changed', (event) => event.facts?.changed === null && event.seq > changed.seq)
    expect(cleared.seq).toBeLessThan(second.seq)
    expect(host.of('node.changed').find((event) => event.status === 'closed' && event.seq < second.seq)).toBeDefined()
  })

  it('is not proposed when a file is written with the content it had', async () => {
    const host = await open(files)
    await host.host.opened
    await host.project.write('version.ts', files['version.ts'])
    await host.project.write('m.ts', `${files['m.ts']}\n`)
    const changed = await host.seen('node.changed', (event) => event.facts?.changed === true)
    expect(changed.why?.text).toBe('m.ts has changed')
  })

  it('starts the supervisors of a module as soon as it is open, and stops them with it', async () => {
    const host = await open(files)
    await host.host.opened
    const opened = await host.seen('node.opened', (event) => event.node === 'supervisor')
    expect(opened).toMatchObject({ name: 'keeper', parent: 'host' })
    await host.seen('task.state', (event) => event.to === 'running')
    await host.close()
    expect(host.of('task.state').at(-1)).toMatchObject({ to: 'cancelled' })
    const last = host
      .of('node.changed')
      .filter((event) => event.id === opened.id)
      .at(-1)
    expect(last).toMatchObject({ status: 'closed' })
  })
})
