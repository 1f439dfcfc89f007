import { describe, expect, it } from 'vitest'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from './opened-host.ts'

const open = hostsOfThisFile()

const mistakes = `
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { defineTask } from 'taskscope'
export const wait = defineTask({ name: 'wait', run: (ctx) => ctx.sleep(600_000) })
export const parent = defineTask({ name: 'parent', run: async (ctx) => { await ctx.spawn(wait, {}) } })
export const forgets = defineTask({
  name: 'forgets',
  run: async (ctx) => {
    void (async () => { await delay(5); throw new RangeError('forgotten') })()
    await ctx.sleep(100)
  },
})
export const throwsLate = defineTask({
  name: 'throws-late',
  run: async (ctx) => {
    setTimeout(() => { throw new RangeError('much too late') }, 5)
    await ctx.sleep(600_000)
  },
})
export const leavesChild = defineTask({
  name: 'leaves-child',
  run: async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 25000)'], { stdio: 'inherit' })
    child.unref()
    await delay(50)
    process.kill(process.pid, 'SIGKILL')
  },
})
export const breaksOff = defineTask({ name: 'breaks-off', run: async () => { await delay(5); process.reallyExit(7) } })
export const aborts = defineTask({ name: 'aborts', run: async () => { await delay(5); process.abort() } })
export const exits = defineTask({ name: 'exits', run: async () => { process.exit(3) } })
export const unprintable = defineTask({
  name: 'unprintable',
  run: async () => ({ get a() { throw new Error('no') }, self: new Proxy({}, { ownKeys() { throw new Error('no') } }) }),
})
`

async function pidOf(host: OpenedHost): Promise<number> {
  const event = await host.seen('node.changed', ({ facts }) => typeof facts?.pid === 'number')
  return Number(event.facts?.pid)
}

/** The newest start of the host after a crash. */
async function startedAgain(host: OpenedHost): Promise<void> {
  await host.seen('node.changed', ({ facts }) => facts?.restarts === 1)
  await host.seen('node.changed', (event) => {
    const crash = host.of('node.changed').find(({ facts }) => facts?.restarts === 1)
    return event.status === 'open' && event.seq > (crash?.seq ?? 0)
  })
}

describe('mistakes of a module', patientTest, () => {
  it('an unhandled rejection becomes a finding of its task, and every task goes on', async () => {
    const host = await open({ 'm.ts': mistakes })
    await host.host.opened
    const waiting = await host.run('wait')
    const forgets = await host.run('forgets')
    const { finding } = await host.seen('finding')
    expect(finding).toMatchObject({ rule: 'unhandled-rejection', severity: 'error', node: forgets })
    expect(finding.text).toBe('a promise was rejected and nobody handled it: RangeError: forgotten')
    expect(finding.evidence).toContain(`${host.project.path('m.ts')}:10:`)
    await host.seen('task.state', (event) => event.id === forgets && event.to === 'completed')
    expect(host.of('task.state').filter((event) => event.id === waiting && event.to !== 'running')).toEqual([])
    expect(host.of('node.changed').filter((event) => event.status === 'failed')).toEqual([])
  })

  it('an uncaught exception ends the host: its tasks fail, children first, and it is started again', async () => {
    const host = await open({ 'm.ts': mistakes })
    await host.host.opened
    await host.run('parent')
    const child = await host.seen('task.created', (event) => event.name === 'wait')
    await host.seen('task.state', (event) => event.id === child.id && event.to === 'running')
    await host.run('throws-late')
    await startedAgain(host)
    const ends = host.of('task.state').filter((event) => event.to === 'failed')
    const names = ends.map((end) => host.of('task.created').find((event) => event.id === end.id)?.name)
    expect(names).toEqual(['throws-late', 'wait', 'parent'])
    for (const end of ends) {
      expect(end.outcome).toMatchObject({ status: 'failed', kind: 'exit', error: { cause: { name: 'RangeError' } } })
      expect(end.why?.text).toBe('host crashed: uncaught RangeError: much too late')
    }
    const { finding } = await host.seen('finding', (event) => event.finding.rule === 'host-crash')
    expect(finding.evidence).toContain(`${host.project.path('m.ts')}:17:`)
    await host.run('wait')
  })

  it('a kill -9 loses no end of a task, and its numbers go on without a gap', async () => {
    const host = await open({ 'm.ts': mistakes })
    await host.host.opened
    await host.run('parent')
    const child = await host.seen('task.created', (event) => event.name === 'wait')
    await host.seen('task.state', (event) => event.id === child.id && event.to === 'running')
    const suspended = host.ask(child.id, { verb: 'suspend' })
    await host.settled(suspended)
    process.kill(await pidOf(host), 'SIGKILL')
    await startedAgain(host)
    const open_ = host.of('task.created').map((event) => event.id)
    const ended = host.of('task.state').filter((event) => event.to === 'failed')
    expect(ended.map((event) => event.id)).toEqual([...open_].reverse())
    expect(ended.map((event) => event.from)).toEqual(['suspended', 'running'])
    expect(ended[0]?.outcome).toMatchObject({ kind: 'exit', error: { message: 'host was ended by SIGKILL' } })
    expect(host.events.map((event) => event.seq)).toEqual(host.events.map((_event, index) => index + 1))
  })

  it('refuses a control that was still open when the process died', async () => {
    const host = await open({
      'm.ts': `import { defineTask } from 'taskscope'
        export const busy = defineTask({ name: 'busy', run: () => { for (;;); } })`,
    })
    await host.host.opened
    const id = await host.run('busy')
    const suspend = host.ask(id, { verb: 'suspend' })
    await host.seen('control.acknowledged', (event) => event.control === suspend)
    process.kill(await pidOf(host), 'SIGKILL')
    expect(await host.settled(suspend)).toEqual({ refusal: 'the host was ended by SIGKILL' })
  })

  // The process left behind lives longer than this test would wait.
  it('a process that the host leaves behind does not hide its end', async () => {
    const host = await open({ 'm.ts': mistakes })
    await host.host.opened
    await host.run('leaves-child')
    const end = await host.seen('task.state', (event) => event.to === 'failed')
    expect(end.why?.text).toBe('host was ended by SIGKILL')
  })

  it('a task of the process that died can be run again, as its next attempt', async () => {
    const host = await open({ 'm.ts': mistakes })
    await host.host.opened
    const first = await host.run('wait', { any: 'input' })
    process.kill(await pidOf(host), 'SIGKILL')
    await startedAgain(host)
    expect(await host.settled(host.ask(first, { verb: 'retry' }))).toEqual({ effect: `as ${first}#2` })
    const [old, second] = host.of('task.created')
    expect(second).toMatchObject({ name: 'wait', attempt: 2, retryOf: first, input: old?.input })
    expect(second?.trace.traceId).toBe(old?.trace.traceId)
    expect(second?.trace.spanId).not.toBe(old?.trace.spanId)
    await host.settled(host.ask('host', { verb: 'restart' }))
    expect(await host.settled(host.ask(first, { verb: 'retry' }))).toEqual({ effect: `as ${first}#3` })
  })

  it('process.exit inside a task is the end of the host, and says so', async () => {
    const host = await open({ 'm.ts': mistakes })
    await host.host.opened
    await host.run('exits')
    const end = await host.seen('task.state', (event) => event.to === 'failed')
    expect(end.why?.text).toBe('host was ended by its own code: process.exit(3)')
    await startedAgain(host)
  })

  it('stays down after too many crashes, and says how many', async () => {
    const host = await open({ 'm.ts': mistakes }, { intensity: 1, periodMs: 60_000 })
    await host.host.opened
    await host.run('exits')
    await startedAgain(host)
    await host.run('exits')
    const down = await host.seen('node.changed', (event) => event.why?.detail?.startsWith('not started again') === true)
    expect(down).toMatchObject({ status: 'failed', why: { detail: 'not started again: more than 1 in 1 m' } })
    expect(await host.settled(host.ask('host', { verb: 'restart' }))).toEqual({ effect: 'started' })
  })

  it('a value that cannot be formatted is told as such, and the task completes', async () => {
    const host = await open({ 'm.ts': mistakes })
    await host.host.opened
    const id = await host.run('unprintable')
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
    expect(end.outcome).toMatchObject({ status: 'completed', value: { text: expect.stringMatching(/./) } })
  })
})

it.each([
  ['breaks-off', 'host ended with code 7'],
  ['aborts', 'host was ended by SIGABRT'],
])('a host that %s without last words tells how the system saw it end', patientTest, async (offer, text) => {
  const host = await open({ 'm.ts': mistakes })
  await host.host.opened
  const id = await host.run(offer)
  const end = await host.seen('task.state', (event) => event.id === id && event.outcome !== undefined)
  expect(end.why?.text).toBe(text)
})
