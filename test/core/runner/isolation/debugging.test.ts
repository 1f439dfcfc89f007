/** Breakpoints and the debugging verbs, tried in every isolation through a real host. */
import { describe, expect, it } from 'vitest'
import type { BreakOn } from '../../../../core/model/breakpoint.ts'
import { diffStates } from '../../../../core/model/state-change.ts'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from '../host/opened-host.ts'

const open = hostsOfThisFile()

const module = (isolation: string) => `
import { defineTask } from 'taskscope'
export const counts = defineTask({
  name: 'counts',
  isolation: '${isolation}',
  state: () => ({ at: 0, step: 1 }),
  run: async (ctx) => {
    console.log('it runs')
    for (;;) {
      ctx.state.at += ctx.state.step
      ctx.progress({ current: ctx.state.at })
      await ctx.checkpoint('page ' + ctx.state.at)
      await ctx.sleep(2)
    }
  },
})
export const fails = defineTask({
  name: 'fails',
  isolation: '${isolation}',
  state: () => ({ row: 7 }),
  run: async (ctx) => { await ctx.sleep(5); throw new Error('no room') },
})`

describe.each(['inline', 'thread', 'process'] as const)('a task that runs %s', (isolation) => {
  const opened = async (on?: BreakOn): Promise<OpenedHost> => {
    const breakpoints = on === undefined ? [] : [{ id: 'b', on }]
    const host = await open({ 'm.ts': module(isolation) }, { breakpoints })
    expect(await host.host.opened).toMatchObject({ ok: true })
    return host
  }
  const start = async (host: OpenedHost, offer: string) => {
    host.ask('host', { verb: 'start', offer, input: {} })
    return (await host.seen('task.created', (event) => event.name === offer)).id
  }
  const held = (host: OpenedHost) => host.seen('task.state', (event) => event.to === 'suspended')

  it('is held by a breakpoint on its start before any side effect', patientTest, async () => {
    const host = await opened({ kind: 'start' })
    const id = await start(host, 'counts')
    expect(await held(host)).toMatchObject({ from: 'pending', by: { kind: 'breakpoint' } })
    expect(host.of('task.log')).toEqual([])
    await host.settled(host.ask(id, { verb: 'resume', all: true }))
    await host.seen('task.log', (event) => event.lines.some(({ text }) => text === 'it runs'))
  })

  it.each<BreakOn>([
    { kind: 'checkpoint', label: 'page 5' },
    { kind: 'progress', atLeast: 5 },
  ])('is held by a breakpoint on %j, and goes on when all holds are released', patientTest, async (on) => {
    const host = await opened(on)
    const id = await start(host, 'counts')
    expect(await held(host)).toMatchObject({ from: 'running', by: { kind: 'breakpoint' } })
    await host.settled(host.ask(id, { verb: 'resume', all: true }))
    await host.seen('task.checkpoint', (event) => Number(event.label.split(' ')[1]) > 20)
  })

  it('is held by a breakpoint on an error before it fails', patientTest, async () => {
    const host = await opened({ kind: 'error' })
    const id = await start(host, 'fails')
    await held(host)
    expect(host.of('task.state').some((event) => event.to === 'failed')).toBe(false)
    host.ask(id, { verb: 'resume', all: true })
    const end = await host.seen('task.state', (event) => event.to === 'failed')
    expect(end.outcome).toMatchObject({ kind: 'error', error: { message: 'no room' } })
    expect(host.of('task.live').at(-1)?.value.text).toBe('{"row":7}')
  })

  it('gets another state at a checkpoint, and the old one back', patientTest, async () => {
    const host = await opened()
    const id = await host.run('counts')
    await host.seen('task.checkpoint')
    const changed = host.ask(id, { verb: 'replaceState', change: { patch: { step: 1000 } } })
    expect(await host.settled(changed)).toHaveProperty('effect')
    const told = await host.seen('task.replaced')
    expect(diffStates(told.before, told.after)).toEqual([{ path: 'step', before: '1', after: '1000' }])
    await host.seen('task.progress', (event) => event.current >= 1000)
    await host.settled(host.ask(id, { verb: 'replaceState', change: { undo: true } }))
    await host.seen('task.replaced', (event) => event.undo === true)
  })

  it('counts its checkpoints and updates', patientTest, async () => {
    const host = await opened()
    const id = await host.run('counts')
    await host.seen('task.checkpoint')
    await host.seen('task.progress')
    await host.settled(host.ask(id, { verb: 'getStatistics' }))
    const { statistics } = await host.seen('task.statistics')
    expect(statistics.checkpoints).toBeGreaterThan(0)
    expect(statistics.updates).toBeGreaterThan(0)
  })
})

it('a breakpoint on a state that lives elsewhere says that it cannot hold', patientTest, async () => {
  const on = { kind: 'state', when: { path: 'at', is: '>=', than: 3 } } as const
  const host = await open({ 'm.ts': module('thread') }, { breakpoints: [{ id: 'b', on }] })
  await host.host.opened
  host.ask('host', { verb: 'start', offer: 'counts', input: {} })
  const { finding } = await host.seen('finding')
  expect(finding.text).toBe('the breakpoint "state at >= 3" cannot hold counts: its state lives in a thread of its own')
})
