import { describe, expect, it } from 'vitest'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from './opened-host.ts'
import { grows, lineWriter, standsStill } from './written-lines.ts'

const open = hostsOfThisFile()

const writers = `
import { defineTask } from 'taskscope'
${lineWriter}
export const busy = defineTask({
  name: 'busy',
  run: (_ctx, input) => {
    for (let n = 0; n < input.lines; n++) {
      writeLine(input.file)
    }
  },
})
export const idle = defineTask({ name: 'idle', run: (ctx) => ctx.sleep(600_000) })
`

async function openBusy(count: number, closeMs = 500): Promise<{ host: OpenedHost; file: string; id: string }> {
  const host = await open({ 'm.ts': writers }, { deadlines: { connectMs: 20_000, loadMs: 10_000, closeMs } })
  await host.host.opened
  const file = host.project.path('lines.txt')
  await host.run('idle')
  const id = await host.run('busy', { file, lines: count })
  await grows(file)
  return { host, file, id }
}

describe('a host whose event loop is busy', patientTest, () => {
  it('acknowledges a control while it is busy; the effect comes when the loop is free', async () => {
    const { host, id } = await openBusy(600)
    const suspend = host.ask(id, { verb: 'suspend' })
    const acknowledged = await host.seen('control.acknowledged', (event) => event.control === suspend)
    expect(host.of('task.state').filter((event) => event.id === id && event.to !== 'running')).toEqual([])
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
    expect(acknowledged.seq).toBeLessThan(end.seq)
    expect(host.of('task.state').filter((event) => event.id === id && event.to === 'suspended')).toEqual([])
    expect(await host.settled(suspend)).toHaveProperty('refusal')
    expect(host.of('control.acknowledged').filter((event) => event.control === suspend)).toHaveLength(1)
  })

  it('says how long its loop has been blocked, and when it goes on', async () => {
    const { host } = await openBusy(600)
    const blocked = await host.seen('node.changed', ({ facts }) => typeof facts?.loopBlockedMs === 'number')
    expect(blocked.facts?.loopBlockedMs).toBeGreaterThanOrEqual(500)
    const free = await host.seen('node.changed', ({ facts }) => facts?.loopBlockedMs === null)
    expect(free.seq).toBeGreaterThan(blocked.seq)
  })

  it('gives its stack in the source of the person, and goes on', async () => {
    const { host, file } = await openBusy(100_000)
    const effect = await host.settled(host.ask('host', { verb: 'takeStack' }))
    expect(effect.effect).toMatch(/^in \w+ at m\.ts:\d+$/)
    const { stack } = await host.seen('stack.taken')
    const own = stack.filter((frame) => frame.file === host.project.path('m.ts'))
    expect(own.map((frame) => frame.name)).toContain('run')
    expect(stack.every((frame) => frame.file?.startsWith('node:') !== true)).toBe(true)
    await grows(file)
  })

  it('is stopped by freeze, in the middle of a loop, and goes on when it is thawed', async () => {
    const { host, file } = await openBusy(100_000)
    const frozen = await host.settled(host.ask('host', { verb: 'freeze' }))
    expect(frozen.effect).toMatch(/^stopped 2 tasks: idle, busy, in \w+ at m\.ts:\d+$/)
    expect(host.of('node.changed').at(-1)).toMatchObject({ status: 'frozen' })
    await standsStill(file)
    expect(await host.settled(host.ask('host', { verb: 'freeze' }))).toEqual({ refusal: 'it is frozen already' })
    const stack = await host.settled(host.ask('host', { verb: 'takeStack' }))
    expect(stack.effect).toMatch(/m\.ts/)
    await standsStill(file)
    expect(await host.settled(host.ask('host', { verb: 'thaw' }))).toEqual({ effect: 'released 2 tasks: idle, busy' })
    expect(host.of('node.changed').at(-1)).toMatchObject({ status: 'open' })
    await grows(file)
  })

  it('can be stopped while it is frozen', async () => {
    const { host } = await openBusy(400, 20_000)
    await host.settled(host.ask('host', { verb: 'freeze' }))
    expect(await host.settled(host.ask('host', { verb: 'stop' }))).toHaveProperty('effect')
    expect(host.of('task.state').filter((event) => event.to === 'cancelled' || event.to === 'completed')).toHaveLength(
      2,
    )
  })
})

describe('a host in a call that cannot be interrupted', patientTest, () => {
  it('is not frozen before the call is over; a thaw before that takes the wish back', async () => {
    const host = await open({
      'm.ts': `export async function sleeps() {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
      }`,
    })
    await host.host.opened
    const id = await host.run('sleeps')
    const freeze = host.ask('host', { verb: 'freeze' })
    await host.seen('control.acknowledged', (event) => event.control === freeze)
    await host.settled(host.ask('host', { verb: 'thaw' }))
    expect(await host.settled(freeze)).toEqual({ refusal: 'it was thawed before it stood still' })
    await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
  })
})

describe('a host that has nothing to do', patientTest, () => {
  it('is frozen too, and what is asked of it meanwhile happens after the thaw', async () => {
    const host = await open({ 'm.ts': writers })
    await host.host.opened
    const idle = await host.run('idle')
    const frozen = await host.settled(host.ask('host', { verb: 'freeze' }))
    expect(frozen.effect).toBe('stopped 1 task: idle, idle, no code was running')
    const cancel = host.ask(idle, { verb: 'cancel' })
    await host.seen('control.acknowledged', (event) => event.control === cancel)
    const thaw = host.ask('host', { verb: 'thaw' })
    await host.settled(cancel)
    const end = await host.seen('task.state', (event) => event.id === idle && event.to === 'cancelled')
    const thawed = await host.seen('control.effective', (event) => event.control === thaw)
    expect(end.seq).toBeGreaterThan(thawed.seq)
  })
})
