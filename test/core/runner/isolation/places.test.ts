/** What only a task in a place of its own can do: be stopped in the middle of its code, and be ended for certain. */
import { writeFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from '../host/opened-host.ts'
import { grows, linesIn, standsStill } from '../host/written-lines.ts'
import { behaviours } from './isolation-module.ts'

const open = hostsOfThisFile()

let files = 0
const freshFile = (host: OpenedHost): string => {
  files += 1
  return host.project.path(`lines-${files}.txt`)
}

async function openAs(isolation: 'thread' | 'process'): Promise<OpenedHost> {
  const host = await open.shared({ 'm.ts': behaviours(isolation) }, { pauser: 'signal' })
  expect(await host.host.opened).toMatchObject({ ok: true })
  return host
}

const endOf = (host: OpenedHost, id: string) =>
  host.seen('task.state', (event) => event.id === id && event.outcome !== undefined)

describe.each(['thread', 'process'] as const)('a task in a %s of its own', (isolation) => {
  it('is really stopped while it is busy, again and again: its file stops growing', patientTest, async () => {
    const host = await openAs(isolation)
    const file = freshFile(host)
    const id = await host.run('busy', { file })
    for (let round = 0; round < 3; round += 1) {
      await grows(file)
      expect(await host.settled(host.ask(id, { verb: 'suspend' }))).toHaveProperty('effect')
      await standsStill(file)
      expect(await host.settled(host.ask(id, { verb: 'resume' }))).toHaveProperty('effect')
    }
    await grows(file)
  })

  it('tells its progress although its own event loop never turns', patientTest, async () => {
    const host = await openAs(isolation)
    const id = await host.run('busy', { file: freshFile(host) })
    await host.seen('task.progress', (event) => event.id === id && event.current > 20)
  })

  it('is killed while it is busy, and says who did it', patientTest, async () => {
    const host = await openAs(isolation)
    const file = freshFile(host)
    const id = await host.run('busy', { file })
    await grows(file)
    const kill = await host.settled(host.ask(id, { verb: 'kill' }))
    expect(kill.effect).toMatch(/^killed after /)
    expect(await endOf(host, id)).toMatchObject({
      why: { text: `Killed: its ${isolation} was killed by you` },
      outcome: { status: 'failed', kind: 'killed' },
    })
    await standsStill(file)
  })

  it('is killed while it stands still', patientTest, async () => {
    const host = await openAs(isolation)
    const id = await host.run('busy', { file: freshFile(host) })
    await host.settled(host.ask(id, { verb: 'suspend' }))
    await host.settled(host.ask(id, { verb: 'kill' }))
    expect((await endOf(host, id)).outcome).toMatchObject({ status: 'failed', kind: 'killed' })
  })

  it(
    'is ended when it does not unwind within its grace: after a cancel, or when its time is over',
    patientTest,
    async () => {
      const host = await openAs(isolation)
      const late = await host.run('busy-slow')
      const id = await host.run('stubborn')
      const cancel = await host.settled(host.ask(id, { verb: 'cancel' }))
      expect(cancel.effect).toMatch(/^failed after \d/)
      const end = await endOf(host, id)
      expect(end.outcome).toMatchObject({ status: 'failed', kind: 'killed' })
      expect(end.why?.text).toContain('did not end within')
      expect((await endOf(host, late)).outcome).toMatchObject({ status: 'failed', kind: 'timeout' })
    },
  )

  it('fails as exit when its own code ends its place, its children first; the host lives', patientTest, async () => {
    const host = await openAs(isolation)
    const id = await host.run('ends')
    expect(await endOf(host, id)).toMatchObject({
      outcome: { status: 'failed', kind: 'exit', error: { message: `its ${isolation} ended with code 3` } },
    })
    const ends = host.of('task.state').filter(({ outcome }) => outcome !== undefined)
    expect(ends).toHaveLength(2)
    expect(ends[1]?.id).toBe(id)
    await endOf(host, await host.run('adds', { a: 1 }))
  })

  it('fails as exit after an exception that nobody caught; the host lives', patientTest, async () => {
    const host = await openAs(isolation)
    const id = await host.run('uncaught')
    const { outcome } = await endOf(host, id)
    expect(outcome).toMatchObject({ status: 'failed', kind: 'exit', error: { cause: { message: 'from a timer' } } })
    await endOf(host, await host.run('adds', { a: 1 }))
  })

  it('fails when it needs more memory than it may have, and says how much that was', patientTest, async () => {
    const host = await openAs(isolation)
    const id = await host.run('hungry')
    expect((await endOf(host, id)).outcome).toMatchObject({
      status: 'failed',
      kind: 'exit',
      error: { name: 'MemoryLimit', message: `its ${isolation} ran out of its 48 MB of memory` },
    })
    await endOf(host, await host.run('adds', { a: 1 }))
  })

  it('fails when its value cannot leave its place', patientTest, async () => {
    const host = await openAs(isolation)
    host.ask('host', { verb: 'start', offer: 'unclonable', input: {} })
    const { id } = await host.seen('task.created')
    expect((await endOf(host, id)).outcome).toMatchObject({ kind: 'error', error: { name: 'DataCloneError' } })
  })

  it('has its children held with it', patientTest, async () => {
    const host = await openAs(isolation)
    const id = await host.run('family')
    await vi.waitFor(() => expect(host.of('task.state').filter(({ to }) => to === 'running')).toHaveLength(3))
    const child = host.of('task.created').at(-1)?.id ?? ''
    await host.settled(host.ask(id, { verb: 'suspend' }))
    await host.seen(
      'task.state',
      ({ id, to, why }) => id === child && to === 'suspended' && why?.text === 'held with family',
    )
    expect(await host.settled(host.ask(child, { verb: 'suspend' }))).toEqual({ refusal: 'it is held with family' })
    await host.settled(host.ask(id, { verb: 'resume' }))
    await host.seen('task.state', (event) => event.id === child && event.from === 'suspended' && event.to === 'running')
    expect(await host.settled(host.ask(child, { verb: 'cancel' }))).toHaveProperty('effect')
    await endOf(host, id)
  })
})

describe.each(['thread', 'process', 'process paused by the debugger'] as const)('a task in a %s', (how) => {
  const openHow = async (): Promise<OpenedHost> => {
    const isolation = how === 'thread' ? 'thread' : 'process'
    // What stands in for SIGSTOP where the system has none.
    const pauser = how === 'process paused by the debugger' ? 'debugger' : 'signal'
    const host = await open.shared({ 'm.ts': behaviours(isolation) }, { pauser })
    expect(await host.host.opened).toMatchObject({ ok: true })
    return host
  }

  it('shows its stack while it stands still, in the source of the person', patientTest, async () => {
    const host = await openHow()
    const file = freshFile(host)
    const id = await host.run('busy', { file })
    await grows(file)
    const { effect } = await host.settled(host.ask(id, { verb: 'suspend' }))
    expect(effect).toMatch(/^at .+, in \w+$/)
    const held = await host.seen('task.hold', (event) => event.stack !== undefined)
    expect(held.hold.how).toBe(how === 'process' ? 'signal' : 'debugger')
    const own = held.stack?.filter((frame) => frame.file === host.project.path('m.ts')).map((frame) => frame.name)
    expect(own).toContain('run')
    expect(held.stack?.some((frame) => frame.file?.includes('thread.mjs'))).toBe(false)
  })

  it('tells its live state while it stands still in the middle of a loop, and stays there', patientTest, async () => {
    const host = await openHow()
    const file = freshFile(host)
    const id = await host.run('busy', { file })
    await grows(file)
    await host.settled(host.ask(id, { verb: 'suspend' }))
    await standsStill(file)
    expect(await host.settled(host.ask(id, { verb: 'getState' }))).toEqual({})
    const { value } = await host.seen('task.live')
    // It may stand between the line that it has written and counting it.
    expect((await linesIn(file)) - JSON.parse(value.text).lines).toBeOneOf([0, 1])
    await standsStill(file)
    expect(await host.settled(host.ask(id, { verb: 'resume' }))).toHaveProperty('effect')
    await grows(file)
  })

  it('gets another state while it stands still in the middle of a loop', patientTest, async () => {
    const host = await openHow()
    const file = freshFile(host)
    const id = await host.run('busy', { file })
    await grows(file)
    await host.settled(host.ask(id, { verb: 'suspend' }))
    const changed = host.ask(id, { verb: 'replaceState', change: { patch: { lines: 1_000_000 } } })
    // Its code never comes to a checkpoint: the change waits for one, and the task still stands.
    await host.seen('control.acknowledged', (event) => event.control === changed)
    await standsStill(file)
    await host.settled(host.ask(id, { verb: 'kill' }))
    expect(await host.settled(changed)).toHaveProperty('refusal')
  })

  it('is held while it has nothing to do, and does nothing unseen', patientTest, async () => {
    const host = await openHow()
    const id = await host.run('sleeps')
    await host.seen('task.checkpoint')
    const { effect } = await host.settled(host.ask(id, { verb: 'suspend' }))
    expect(effect).toBe('at an await, armed')
    expect(await host.settled(host.ask(id, { verb: 'cancel' }))).toHaveProperty('effect')
  })

  it('comes to the very next checkpoint when it is stepped, from wherever it stands', patientTest, async () => {
    const host = await openHow()
    const id = await host.run('rushes')
    await host.seen('task.checkpoint', (event) => event.id === id)
    await host.settled(host.ask(id, { verb: 'suspend' }))
    const pages: number[] = []
    for (let n = 0; n < 5; n += 1) {
      const { effect } = await host.settled(host.ask(id, { verb: 'step' }))
      pages.push(Number(/^at page (\d+)$/.exec(effect ?? '')?.[1]))
    }
    const [first = 0] = pages
    expect(pages).toEqual([first, first + 1, first + 2, first + 3, first + 4])
    await host.settled(host.ask(id, { verb: 'kill' }))
  })

  it('is stopped, let go and ended as often as one likes', patientTest, async () => {
    const host = await openHow()
    const file = freshFile(host)
    const id = await host.run('busy', { file })
    for (let round = 0; round < 10; round += 1) {
      const asked = host.ask(id, { verb: 'suspend' })
      if (round % 2 === 0) await host.settled(asked)
      expect(await host.settled(host.ask(id, { verb: 'resume' }))).toHaveProperty('effect')
    }
    await grows(file)
    await host.settled(host.ask(id, { verb: 'suspend' }))
    await host.settled(host.ask(id, { verb: 'kill' }))
    expect((await endOf(host, id)).outcome).toMatchObject({ kind: 'killed' })
  })
})

describe.each([
  ['thread', 'signal'],
  ['process', 'debugger'],
] as const)('a task in a %s', (isolation, pauser) => {
  it('is stepped from statement to statement, and then to where it is let go', patientTest, async () => {
    const host = await open.shared({ 'm.ts': behaviours(isolation) }, { pauser })
    expect(await host.host.opened).toMatchObject({ ok: true })
    const id = await host.run('statements')
    await host.seen('task.progress')
    await host.settled(host.ask(id, { verb: 'suspend' }))
    const lines: (string | undefined)[] = []
    for (let n = 0; n < 8; n += 1) {
      const { effect } = await host.settled(host.ask(id, { verb: 'step', to: 'statement' }))
      lines.push(effect)
    }
    expect(new Set(lines.filter((line) => line?.endsWith('in run'))).size).toBeGreaterThanOrEqual(3)
    expect(host.of('task.state').at(-1)).toMatchObject({ to: 'suspended' })
    expect(await host.settled(host.ask(id, { verb: 'resume' }))).toHaveProperty('effect')
    expect(await host.settled(host.ask(id, { verb: 'kill' }))).toHaveProperty('effect')
  })
})

describe('a task in a thread of its own', () => {
  it('waits as pending, and says why, while as many threads run as there are cores', patientTest, async () => {
    const host = await openAs('thread')
    const ids: string[] = []
    for (let n = 0; n < 40; n += 1) host.ask('host', { verb: 'start', offer: 'sleeps', input: {} })
    await vi.waitFor(() => expect(host.of('task.created')).toHaveLength(40), { timeout: 20_000 })
    ids.push(...host.of('task.created').map(({ id }) => id))
    const waits = await host.seen('task.changed', ({ why }) => why?.text === 'waits for a free thread')
    expect(host.of('task.state').filter(({ id }) => id === waits.id)).toEqual([])
    const running = await host.seen('task.state', ({ to }) => to === 'running')
    await host.settled(host.ask(running.id, { verb: 'kill' }))
    await host.seen('task.state', ({ id, to }) => to === 'running' && id === waits.id)
    for (const id of ids.filter((one) => one !== running.id)) host.ask(id, { verb: 'cancel' })
    await vi.waitFor(() => expect(host.of('task.state').filter(({ outcome }) => outcome)).toHaveLength(40), {
      timeout: 30_000,
    })
  })
})

describe('a task in a process of its own', () => {
  const processesOf = async (host: OpenedHost): Promise<string[]> => {
    const { execFileSync } = await import('node:child_process')
    return execFileSync('ps', ['-eo', 'pid,stat,args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(host.project.path('m.ts')) && line.includes('--cell='))
  }

  it('is a process that the system shows as stopped', patientTest, async () => {
    const host = await openAs('process')
    const id = await host.run('busy', { file: freshFile(host) })
    await host.settled(host.ask(id, { verb: 'suspend' }))
    expect((await processesOf(host)).map((line) => line.trim().split(/\s+/)[1])).toEqual([expect.stringMatching(/^T/)])
    await host.settled(host.ask(id, { verb: 'kill' }))
    expect(await processesOf(host)).toEqual([])
  })

  it(
    'is stopped also in a call that no debugger can stop, and says that its stack cannot be had',
    patientTest,
    async () => {
      const host = await openAs('process')
      const id = await host.run('blocked')
      await host.seen('task.progress')
      const { effect } = await host.settled(host.ask(id, { verb: 'suspend' }))
      expect(effect).toBe('at where it was, in a call that shows no stack')
      expect((await processesOf(host)).map((line) => line.trim().split(/\s+/)[1])).toEqual([
        expect.stringMatching(/^T/),
      ])
      expect(await host.settled(host.ask(id, { verb: 'getState' }))).toEqual({
        refusal: 'it was stopped in a call that cannot be looked into: its state is told once it goes on',
      })
      await host.settled(host.ask(id, { verb: 'resume' }))
      await host.settled(host.ask(id, { verb: 'kill' }))
    },
  )

  it(
    'is held at the very next checkpoint, of whatever kind, by a step that it could not hear of where it was stopped',
    patientTest,
    async () => {
      const host = await openAs('process')
      const file = freshFile(host)
      const runToCall = async (then: string): Promise<string> => {
        const id = await host.run('waits', { file, then })
        await host.seen('task.progress', (event) => event.id === id)
        return id
      }
      const ids = [
        await runToCall('pages'),
        await runToCall('aside'),
        await runToCall('spawn'),
        await runToCall('ask'),
      ] as const
      const [pages, aside, spawns, asks] = ids
      const stops = await Promise.all(ids.map((id) => host.settled(host.ask(id, { verb: 'suspend' }))))
      const unseen = 'at where it was, in a call that shows no stack'
      expect(stops.map(({ effect }) => effect)).toEqual([unseen, 'at its question', unseen, unseen])
      const step = async (id: string) => (await host.settled(host.ask(id, { verb: 'step' }))).effect
      await writeFile(file, '')
      expect(await step(pages)).toBe('at page 1')
      expect(await step(pages)).toBe('at page 2')
      expect(await step(aside)).toBe('at page 1')
      expect(await step(spawns)).toBe('at spawn idler')
      expect(await step(asks)).toBe('at its next question')
      expect(host.of('task.asked').map(({ id }) => id)).toEqual([aside])
      expect(host.of('task.state').filter(({ id, to }) => id.startsWith(`${spawns}/`) && to === 'running')).toEqual([])
    },
  )

  it('is orphaned when its host is gone, and its process goes too', patientTest, async () => {
    const host = await open({ 'm.ts': behaviours('process') })
    expect(await host.host.opened).toMatchObject({ ok: true })
    const id = await host.run('sleeps')
    const pid = host.of('node.changed').findLast(({ facts }) => facts?.pid !== undefined)?.facts?.pid
    process.kill(Number(pid), 'SIGKILL')
    expect((await endOf(host, id)).outcome).toMatchObject({ status: 'failed', kind: 'orphaned' })
    await vi.waitFor(async () => expect(await processesOf(host)).toEqual([]), { timeout: 20_000 })
  })
})
