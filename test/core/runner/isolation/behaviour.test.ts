/** What a task promises, tried in every isolation through a real host: the same code, the same events, the same end. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from '../host/opened-host.ts'
import { behaviours } from './isolation-module.ts'

const open = hostsOfThisFile()

describe.each(['inline', 'thread', 'process'] as const)('a task that runs %s', (isolation) => {
  const opened = async (): Promise<OpenedHost> => {
    const host = await open({ 'm.ts': behaviours(isolation) })
    expect(await host.host.opened).toMatchObject({ ok: true })
    return host
  }
  const ended = (host: OpenedHost, id: string) =>
    host.seen('task.state', (event) => event.id === id && event.outcome !== undefined)
  const states = (host: OpenedHost, id: string): string[] =>
    host.of('task.state').flatMap((event) => (event.id === id ? [event.to] : []))

  it('gets its input, tells what it does, and gives its value back', patientTest, async () => {
    const host = await opened()
    const id = await host.run('adds', { a: 41 })
    const end = await ended(host, id)
    expect(end.outcome).toMatchObject({ status: 'completed' })
    expect(JSON.parse(end.outcome?.status === 'completed' ? end.outcome.value.text : '{}')).toEqual({
      sum: 42,
      same: true,
      at: 41,
    })
    expect(host.of('task.created').filter((event) => event.id === id)).toMatchObject([{ isolation }])
    const lines = host.of('task.log').flatMap((event) => (event.id === id ? event.lines.map(({ text }) => text) : []))
    expect(lines).toEqual(['adding', 'to the console'])
    expect(host.of('task.progress')).toMatchObject([{ id, current: 1, total: 2, message: 'half' }])
    expect(states(host, id)).toEqual(['running', 'completed'])
  })

  it('is not started with an input that its schema rejects', patientTest, async () => {
    const host = await opened()
    host.ask('host', { verb: 'start', offer: 'adds', input: {} })
    const end = await host.seen('task.state', (event) => event.outcome !== undefined)
    expect(end).toMatchObject({ from: 'pending', outcome: { status: 'failed', error: { name: 'InvalidInput' } } })
  })

  it(
    'is held, goes to its next checkpoint when it is stepped, and goes on when it is resumed',
    patientTest,
    async () => {
      const host = await opened()
      const id = await host.run('steps')
      await host.seen('task.checkpoint', (event) => event.id === id)
      expect(await host.settled(host.ask(id, { verb: 'suspend' }))).toHaveProperty('effect')
      expect(states(host, id)).toEqual(['running', 'suspended'])
      const held = host.of('task.hold').findLast((event) => event.hold.effectiveAt !== undefined)
      expect(held?.hold.how).toBe({ inline: 'checkpoint', thread: 'debugger', process: 'signal' }[isolation])

      const first = await host.settled(host.ask(id, { verb: 'step' }))
      const second = await host.settled(host.ask(id, { verb: 'step' }))
      expect([first.effect, second.effect]).toEqual([expect.stringMatching(/^at (page|sleep) /), expect.any(String)])
      expect(second.effect).not.toBe(first.effect)
      expect(states(host, id)).toEqual(['running', 'suspended', 'running', 'suspended', 'running', 'suspended'])

      expect(await host.settled(host.ask(id, { verb: 'resume' }))).toHaveProperty('effect')
      const before = host.of('task.checkpoint').length
      await vi.waitFor(() => expect(host.of('task.checkpoint').length).toBeGreaterThan(before), { timeout: 20_000 })
      expect(host.of('task.released')).toHaveLength(1)
    },
  )

  it('tells its live state', patientTest, async () => {
    const host = await opened()
    const id = await host.run('steps')
    await host.seen('task.checkpoint', (event) => event.id === id)
    expect(await host.settled(host.ask(id, { verb: 'getState' }))).toEqual({})
    const live = await host.seen('task.live')
    expect(JSON.parse(live.value.text)).toEqual({ at: expect.any(Number) })
  })

  it('unwinds when it is cancelled, and its cleanup runs', patientTest, async () => {
    const host = await opened()
    const file = host.project.path('tidied.txt')
    const id = await host.run('tidies', { file })
    const cancel = await host.settled(host.ask(id, { verb: 'cancel' }, 'no longer wanted'))
    expect(cancel.effect).toMatch(/^cancelled after /)
    expect(states(host, id)).toEqual(['running', 'cancelling', 'cancelled'])
    expect((await ended(host, id)).outcome).toMatchObject({ status: 'cancelled', reason: 'no longer wanted' })
    expect(await readFile(file, 'utf8')).toBe('tidied true no longer wanted')
  })

  it('is cancelled while it is held', patientTest, async () => {
    const host = await opened()
    const id = await host.run('steps')
    await host.settled(host.ask(id, { verb: 'suspend' }))
    expect(await host.settled(host.ask(id, { verb: 'cancel' }))).toHaveProperty('effect')
    expect((await ended(host, id)).outcome).toMatchObject({ status: 'cancelled' })
    expect(states(host, id).slice(-3)).toEqual(['suspended', 'cancelling', 'cancelled'])
  })

  it('has completed when it returns a value although it was cancelled', patientTest, async () => {
    const host = await opened()
    const id = await host.run('returns')
    host.ask(id, { verb: 'cancel' })
    expect((await ended(host, id)).outcome).toMatchObject({ status: 'completed', afterCancelRequest: true })
  })

  it('fails with -32009 when its time is over', patientTest, async () => {
    const host = await opened()
    const id = await host.run('slow')
    expect((await ended(host, id)).outcome).toMatchObject({
      status: 'failed',
      kind: 'timeout',
      error: { code: -32009 },
    })
    expect(states(host, id)).toEqual(['running', 'cancelling', 'failed'])
  })

  it('spawns children of its own trace and gets their values', patientTest, async () => {
    const host = await opened()
    const id = await host.run('spawns')
    expect((await ended(host, id)).outcome).toMatchObject({ status: 'completed', value: { text: '42' } })
    const [root, ...children] = host.of('task.created')
    expect(children).toHaveLength(2)
    for (const child of children) {
      expect(child.parent).toBe(id)
      expect(child.trace).toMatchObject({ traceId: root?.trace.traceId, parentSpanId: root?.trace.spanId })
      expect(states(host, child.id)).toEqual(['running', 'completed'])
    }
  })

  it('ends its children with itself, children first', patientTest, async () => {
    const host = await opened()
    const id = await host.run('family')
    await vi.waitFor(() => expect(host.of('task.state').filter(({ to }) => to === 'running')).toHaveLength(3))
    await host.settled(host.ask(id, { verb: 'cancel' }))
    const ends = host.of('task.state').filter(({ outcome }) => outcome !== undefined)
    expect(ends.map(({ outcome }) => outcome?.status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(ends.at(-1)?.id).toBe(id)
  })

  it(
    'asks a person, refuses an answer that does not fit, and goes on with the one that does',
    patientTest,
    async () => {
      const host = await opened()
      const id = await host.run('asks')
      const { question } = await host.seen('task.asked')
      const answer = (content: unknown) =>
        host.settled(
          host.ask(id, {
            verb: 'answer',
            requestId: question.requestId,
            answer: { action: 'accept', content } as never,
          }),
        )
      expect(await answer({ n: 'many' })).toHaveProperty('refusal')
      expect(await answer({ n: 7 })).not.toHaveProperty('refusal')
      const end = await ended(host, id)
      expect(end.outcome?.status === 'completed' && JSON.parse(end.outcome.value.text)).toEqual({
        action: 'accept',
        content: { n: 7 },
      })
      expect(states(host, id)).toEqual(['running', 'input_required', 'running', 'completed'])
    },
  )

  it.each([
    [
      'throws-error',
      { kind: 'error', error: { name: 'Odd', message: 'broken', code: 42, cause: { name: 'TypeError' } } },
    ],
    ['throws-value', { kind: 'throw' }],
    ['exits', { kind: 'exit', error: { message: 'enough' } }],
  ])('fails as it should: %s', patientTest, async (offer, outcome) => {
    const host = await opened()
    host.ask('host', { verb: 'start', offer, input: {} })
    const { id } = await host.seen('task.created')
    expect((await ended(host, id)).outcome).toMatchObject({ status: 'failed', ...outcome })
  })

  it('lives on after a rejection that nobody handled, which is found under it', patientTest, async () => {
    const host = await opened()
    const id = await host.run('rejects')
    const { finding } = await host.seen('finding')
    expect(finding).toMatchObject({ rule: 'unhandled-rejection', node: id })
    expect((await ended(host, id)).outcome).toMatchObject({ status: 'completed' })
  })

  it('is run again with the same input, as a linked attempt', patientTest, async () => {
    const host = await opened()
    const id = await host.run('adds', { a: 1 })
    await ended(host, id)
    expect(await host.settled(host.ask(id, { verb: 'retry' }))).toEqual({ effect: `as ${id}#2` })
    expect((await ended(host, `${id}#2`)).outcome).toMatchObject({ status: 'completed' })
  })

  it('leaves nothing behind when its host is closed', patientTest, async () => {
    const host = await opened()
    await host.run('sleeps')
    const held = await host.run('steps')
    await host.settled(host.ask(held, { verb: 'suspend' }))
    await host.close()
    const created = host.of('task.created').map(({ id }) => id)
    const ends = host.of('task.state').filter(({ outcome }) => outcome !== undefined)
    expect(ends.map(({ id }) => id).sort()).toEqual([...created].sort())
  })
})
