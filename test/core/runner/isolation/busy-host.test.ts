/** Tasks in places of their own take their controls while the event loop of their host stands still for long. */
import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from '../host/opened-host.ts'
import { grows, lineWriter, standsStill } from '../host/written-lines.ts'

const open = hostsOfThisFile()
let runs = 0

const module = (isolation: 'thread' | 'process') => `
import { existsSync } from 'node:fs'
import { defineTask } from 'taskscope'
${lineWriter}
/** Never lets the event loop of its host turn, until it is told to. */
export const hog = defineTask({
  name: 'hog',
  run: (ctx, { file }) => {
    for (let n = 0; !existsSync(file + '.enough'); n++) {
      writeLine(file)
      if (n % 10 === 0) ctx.progress({ current: n })
    }
    return 'enough'
  },
})
export const idle = defineTask({ name: 'idle', run: (ctx) => ctx.sleep(600_000) })
export const busy = defineTask({
  name: 'busy',
  isolation: '${isolation}',
  state: () => ({ lines: 0 }),
  run: (ctx, { file }) => { for (;;) { writeLine(file); ctx.state.lines += 1; ctx.progress({ current: ctx.state.lines }) } },
})
export const walks = defineTask({
  name: 'walks',
  isolation: '${isolation}',
  state: () => ({ page: 0 }),
  run: async (ctx) => {
    for (;;) {
      ctx.state.page += 1
      await ctx.checkpoint('page ' + ctx.state.page)
      await ctx.sleep(1)
    }
  },
})
export const sleeps = defineTask({ name: 'sleeps', isolation: '${isolation}', run: (ctx) => ctx.sleep(600_000) })
export const stubborn = defineTask({
  name: 'stubborn',
  isolation: '${isolation}',
  run: async (ctx) => { for (;;) await ctx.sleep(10).catch(() => new Promise((resolve) => setTimeout(resolve, 10))) },
})
`

describe.each(['thread', 'process'] as const)('while its host is busy, a task in a %s of its own', (isolation) => {
  /** Nothing that is for the host's own event loop happens meanwhile. */
  const whileBusy = async (offer: string, play: (host: OpenedHost, id: string, file: string) => Promise<void>) => {
    const host = await open.shared({ 'm.ts': module(isolation) })
    expect(await host.host.opened).toMatchObject({ ok: true })
    runs += 1
    const file = host.project.path(`lines-${runs}.txt`)
    const hogFile = host.project.path(`hog-${runs}.txt`)
    const id = await host.run(offer, { file })
    const idle = await host.run('idle')
    await host.run('hog', { file: hogFile })
    try {
      await grows(hogFile)
      const waits = host.ask(idle, { verb: 'cancel' })
      await play(host, id, file)
      await grows(hogFile)
      expect(host.of('control.effective').filter(({ control }) => control === waits)).toEqual([])
    } finally {
      await writeFile(`${hogFile}.enough`, '')
    }
    await host.seen('task.state', (event) => event.id === idle && event.to === 'cancelled')
  }

  it('is suspended, let go, and killed', patientTest, () =>
    whileBusy('busy', async (host, id, file) => {
      await grows(file)
      expect((await host.settled(host.ask(id, { verb: 'suspend' }))).effect).toMatch(/^at .+, in /)
      await standsStill(file)
      expect(await host.settled(host.ask(id, { verb: 'resume' }))).toHaveProperty('effect')
      await grows(file)
      expect((await host.settled(host.ask(id, { verb: 'kill' }))).effect).toMatch(/^killed after /)
      await standsStill(file)
      const states = host.of('task.state').flatMap((event) => (event.id === id ? [event.to] : []))
      expect(states).toEqual(['running', 'suspended', 'running', 'failed'])
    }),
  )

  it('is stepped from checkpoint to checkpoint, looked into, and cancelled', patientTest, () =>
    whileBusy('walks', async (host, id) => {
      expect(await host.settled(host.ask(id, { verb: 'suspend' }))).toHaveProperty('effect')
      for (let n = 0; n < 3; n += 1) {
        const { effect } = await host.settled(host.ask(id, { verb: 'step' }))
        expect(effect).toMatch(/^at (page|sleep) /)
      }
      expect(await host.settled(host.ask(id, { verb: 'getState' }))).toEqual({})
      expect(JSON.parse((await host.seen('task.live')).value.text)).toEqual({ page: expect.any(Number) })
      expect((await host.settled(host.ask(id, { verb: 'cancel' }))).effect).toMatch(/^cancelled after /)
    }),
  )

  it('is held where it has nothing to do, and killed there', patientTest, () =>
    whileBusy('sleeps', async (host, id) => {
      expect(await host.settled(host.ask(id, { verb: 'suspend' }))).toHaveProperty('effect')
      expect(await host.settled(host.ask(id, { verb: 'kill' }))).toHaveProperty('effect')
    }),
  )

  it.runIf(isolation === 'thread')('is ended when it does not unwind within its grace', patientTest, () =>
    whileBusy('stubborn', async (host, id) => {
      expect((await host.settled(host.ask(id, { verb: 'cancel' }))).effect).toMatch(/^failed after \d/)
    }),
  )
})
