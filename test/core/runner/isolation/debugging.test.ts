/** Breakpoints and the debugging verbs, tried in every isolation through a real host. */
import { describe, expect, it, vi } from 'vitest'
import type { BreakOn } from '../../../../core/model/breakpoint.ts'
import { diffStates } from '../../../../core/model/state-change.ts'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from '../host/opened-host.ts'

const open = hostsOfThisFile()

const patience = { timeout: 20_000, interval: 10 }

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
export const rushes = defineTask({
  name: 'rushes',
  isolation: '${isolation}',
  state: () => ({ at: 0 }),
  run: async (ctx) => {
    for (;;) {
      ctx.state.at += 1
      ctx.progress({ current: ctx.state.at })
      await ctx.checkpoint('page ' + ctx.state.at)
    }
  },
})
export const isFive = (state) => state.at === 5
export const told = (event, state) => {
  if (event.kind !== 'task.progress') return
  state.heardAt = state.at
  return 'done'
}
const child = defineTask({ name: 'child', run: async (ctx) => { await ctx.checkpoint('below'); return 1 } })
export const parent = defineTask({
  name: 'parent',
  isolation: '${isolation}',
  run: async (ctx) => { await ctx.checkpoint('above'); return await ctx.spawn(child) },
})
export const asks = defineTask({
  name: 'asks',
  isolation: '${isolation}',
  run: (ctx) => ctx.requestInput({ message: 'how many?' }),
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

  /** Where it stands, and its state there. */
  const stands = async (host: OpenedHost, id: string) => {
    const { why, by } = await held(host)
    expect(by).toMatchObject({ kind: 'breakpoint' })
    await host.settled(host.ask(id, { verb: 'getState' }))
    const { value } = await host.seen('task.live')
    return [why?.detail, value.text]
  }

  it.each<BreakOn>([
    { kind: 'checkpoint', label: 'page 5' },
    { kind: 'progress', atLeast: 5 },
    { kind: 'state', when: { path: 'at', is: '>=', than: 5 } },
    { kind: 'state', when: { export: 'isFive' } },
  ])(
    'stands at the very checkpoint of a breakpoint on %j, and goes on when all holds are released',
    patientTest,
    async (on) => {
      const host = await opened(on)
      const id = await start(host, 'rushes')
      expect(await stands(host, id)).toEqual(['at page 5', '{"at":5}'])
      await host.settled(host.ask(id, { verb: 'resume', all: true }))
      await host.seen('task.checkpoint', (event) => Number(event.label.split(' ')[1]) > 20)
    },
  )

  it('is stepped from the checkpoint of a breakpoint to the very next one', patientTest, async () => {
    const host = await opened({ kind: 'checkpoint', label: 'page 5' })
    const id = await start(host, 'rushes')
    await held(host)
    expect(await host.settled(host.ask(id, { verb: 'step' }))).toEqual({ effect: 'at page 6' })
    expect(await host.settled(host.ask(id, { verb: 'step' }))).toEqual({ effect: 'at page 7' })
    await host.settled(host.ask(id, { verb: 'resume', all: true }))
    await host.seen('task.checkpoint', (event) => Number(event.label.split(' ')[1]) > 20)
  })

  it('is held by a breakpoint that is set while it runs, and no more once that is removed', patientTest, async () => {
    const host = await opened()
    const id = await host.run('rushes')
    const breakpoint = { id: 'late', on: { kind: 'checkpoint' } } as const
    await host.settled(host.ask('host', { verb: 'setBreakpoint', breakpoint }))
    await held(host)
    await host.settled(host.ask('host', { verb: 'removeBreakpoint', breakpoint: 'late' }))
    await host.settled(host.ask(id, { verb: 'resume', all: true }))
    const { length } = host.of('task.checkpoint')
    await vi.waitFor(() => expect(host.of('task.checkpoint').length).toBeGreaterThan(length + 3), patience)
    expect(host.of('task.state').filter(({ to }) => to === 'suspended')).toHaveLength(1)
  })

  it('is held where it asks its question', patientTest, async () => {
    const host = await opened({ kind: 'transition', to: 'input_required' })
    await start(host, 'asks')
    expect(await held(host)).toMatchObject({ from: 'input_required', why: { detail: 'at its question' } })
  })

  it('is held before it completes', patientTest, async () => {
    const host = await opened({ kind: 'transition', to: 'completed' })
    await start(host, 'asks')
    const asked = await host.seen('task.asked')
    const answer = { action: 'accept', content: {} } as const
    host.ask(asked.id, { verb: 'answer', requestId: asked.question.requestId, answer })
    expect(await held(host)).toMatchObject({ why: { detail: 'at its end' } })
    await host.settled(host.ask(asked.id, { verb: 'resume', all: true }))
    await host.seen('task.state', (event) => event.to === 'completed')
  })

  it('has its child held at a checkpoint of the child', patientTest, async () => {
    const host = await opened({ kind: 'checkpoint', label: 'below' })
    const id = await start(host, 'parent')
    const stop = await held(host)
    expect(stop).toMatchObject({ by: { kind: 'breakpoint' }, why: { detail: 'at below' } })
    expect(stop.id).not.toBe(id)
    await host.settled(host.ask(stop.id, { verb: 'resume', all: true }))
    await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
  })

  it('fails by a fault that is injected at its next checkpoint', patientTest, async () => {
    const host = await opened()
    const id = await host.run('rushes')
    const hook = { id: 'f', kind: 'fault', message: 'disk full' } as const
    expect(await host.settled(host.ask(id, { verb: 'install', hook }))).toEqual({})
    const end = await host.seen('task.state', (event) => event.to === 'failed')
    expect(end.outcome).toMatchObject({ error: { name: 'InjectedFault', message: 'disk full' } })
    expect(host.of('task.debug').some(({ debug }) => debug.hooks[0]?.text === 'fault disk full')).toBe(true)
  })

  it('is held by a broken assertion, and has its debug functions taken off', patientTest, async () => {
    const host = await opened()
    const id = await host.run('rushes')
    const holds = { path: 'at', is: '<', than: 0 } as const
    const hook = { id: 'a', kind: 'assertion', holds, otherwise: 'suspend' } as const
    await host.settled(host.ask(id, { verb: 'trace', on: true }))
    await host.settled(host.ask(id, { verb: 'install', hook }))
    expect(await held(host)).toMatchObject({ by: { kind: 'breakpoint', name: 'assertion at < 0' } })
    expect(host.of('task.debug').at(-1)?.debug).toMatchObject({ trace: true, hooks: [{ id: 'a' }] })
    await host.settled(host.ask(id, { verb: 'noDebug' }))
    await vi.waitFor(
      () => expect(host.of('task.debug').at(-1)?.debug).toEqual({ trace: false, logSize: 0, hooks: [] }),
      patience,
    )
  })

  it(
    'is watched by a function of its module, beside its state; one that is not exported is refused',
    patientTest,
    async () => {
      const host = await opened()
      const id = await host.run('counts')
      await host.settled(host.ask(id, { verb: 'install', hook: { id: 'w', kind: 'function', export: 'told' } }))
      await vi.waitFor(async () => {
        await host.settled(host.ask(id, { verb: 'getState' }))
        expect(host.of('task.live').at(-1)?.value.text).toContain('heardAt')
      }, patience)
      await vi.waitFor(() => expect(host.of('task.debug').at(-1)?.debug.hooks).toEqual([]), patience)
      const no = host.ask(id, { verb: 'install', hook: { id: 'n', kind: 'function', export: 'nobody' } })
      expect(await host.settled(no)).toEqual({ refusal: 'its module exports no function nobody' })
    },
  )

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
