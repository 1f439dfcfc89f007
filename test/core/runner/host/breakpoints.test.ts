import { describe, expect, it } from 'vitest'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile } from './opened-host.ts'

const open = hostsOfThisFile()

const files = {
  'm.ts': `
    import { writeFileSync } from 'node:fs'
    import { defineTask } from 'taskscope'
    export const concurrency = 1
    export const isThree = (state) => state.pages === 3
    export const work = defineTask({ name: 'work', state: () => ({ pages: 0 }), run: async (ctx) => {
      console.log('it runs')
      for (;;) { ctx.state.pages += 1; await ctx.checkpoint('page ' + ctx.state.pages); await ctx.sleep(5) }
    } })`,
}

describe('breakpoints of a host', patientTest, () => {
  it('hold before any side effect, and survive a restart of the host', async () => {
    const host = await open(files)
    await host.host.opened
    const breakpoint = { id: 'b', on: { kind: 'start' } } as const
    expect(await host.settled(host.ask('host', { verb: 'setBreakpoint', breakpoint }))).toEqual({})
    expect(host.of('node.changed').at(-1)?.breakpoints).toEqual([breakpoint])
    for (const life of [1, 2]) {
      host.ask('host', { verb: 'start', offer: 'work', input: {} })
      const held = () => host.of('task.state').filter((event) => event.to === 'suspended')
      await host.seen('task.state', (event) => event.to === 'suspended' && held().length === life)
      expect(held().at(-1)?.by).toEqual({ kind: 'breakpoint', name: 'breakpoint start' })
      await host.settled(host.ask('host', { verb: 'restart' }))
    }
    expect(host.of('task.log').flatMap((event) => event.lines)).toEqual([])
    expect(await host.settled(host.ask('host', { verb: 'removeBreakpoint', breakpoint: 'b' }))).toEqual({})
    await host.run('work')
    expect(host.of('node.changed').findLast((event) => event.breakpoints !== undefined)?.breakpoints).toEqual([])
  })

  it('may ask a function of the module, and one that it does not export is not kept', async () => {
    const host = await open(files)
    await host.host.opened
    const missing = { id: 'x', on: { kind: 'state', when: { export: 'gone' } } } as const
    expect(await host.settled(host.ask('host', { verb: 'setBreakpoint', breakpoint: missing }))).toEqual({
      refusal: 'the module exports no function gone',
    })
    await host.seen('node.changed', (event) => event.breakpoints?.length === 0)
    const asks = { id: 'b', on: { kind: 'state', when: { export: 'isThree' } } } as const
    await host.settled(host.ask('host', { verb: 'setBreakpoint', breakpoint: asks }))
    const id = await host.run('work')
    const hold = await host.seen('task.hold', (event) => event.hold.effectiveAt !== undefined)
    expect([hold.id, hold.hold.at]).toEqual([id, 'page 3'])
  })

  it('set while no process runs, they wait for the next one', async () => {
    const host = await open(files)
    await host.host.opened
    await host.settled(host.ask('host', { verb: 'stop' }))
    const breakpoint = { id: 'b', on: { kind: 'checkpoint', label: 'page 2' } } as const
    expect(await host.settled(host.ask('host', { verb: 'setBreakpoint', breakpoint }))).toEqual({
      effect: 'kept for its next start',
    })
    await host.settled(host.ask('host', { verb: 'restart' }))
    await host.run('work')
    await host.seen('task.hold', (event) => event.hold.at === 'page 2')
  })
})

describe('the end of a host', patientTest, () => {
  it('by a crash is followed by a start within its budget; tasks fail as exit', async () => {
    const host = await open(files)
    await host.host.opened
    const id = await host.run('work')
    expect(await host.settled(host.ask('host', { verb: 'crash' }))).toEqual({ effect: 'ended 1 task: work' })
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'failed')
    expect(end.outcome).toMatchObject({ kind: 'exit', error: { message: 'host was crashed by you' } })
    const again = await host.seen('node.changed', (event) => event.facts?.restarts === 1 && event.facts.left === 2)
    await host.seen('node.changed', (event) => event.status === 'open' && event.seq > again.seq)
    await host.run('work')
  })

  it('by stop is not', async () => {
    const host = await open(files)
    await host.host.opened
    await host.settled(host.ask('host', { verb: 'stop' }))
    expect(host.of('node.changed').at(-1)?.status).toBe('closed')
    expect(await host.settled(host.ask('host', { verb: 'crash' }))).toEqual({ refusal: 'the host is not running' })
  })
})

describe('a module that says concurrency', patientTest, () => {
  it('runs so many of its tasks at once; the others say why they wait', async () => {
    const host = await open(files)
    await host.host.opened
    await host.run('work')
    host.ask('host', { verb: 'start', offer: 'work', input: {} })
    const waits = await host.seen('task.changed')
    expect(waits.why).toEqual({ text: 'waits for its turn', detail: '1 of its module may run at once' })
  })
})
