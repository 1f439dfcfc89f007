/** The modern wire against the lab, over stdio with a process of its own and over HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ServerTarget } from '../../../../core/model/server-target.ts'
import { type BuiltProgram, buildProgram } from '../serve/built-program.ts'
import { connect, releaseConnections } from './connect-fixture.ts'
import { labOverHttp, releaseLabs } from './lab-peer.ts'

let program: BuiltProgram

beforeAll(async () => {
  program = await buildProgram()
}, 60_000)

afterAll(() => program.remove())

afterEach(async () => {
  await releaseConnections()
  await releaseLabs()
})

const transports: readonly [string, () => Promise<ServerTarget>][] = [
  ['stdio', async () => ({ ...program.launch('lab', '--era', 'modern'), era: 'modern' })],
  ['HTTP', async () => (await labOverHttp('modern', { eras: ['modern'] })).address],
]
const accept = (content: Readonly<Record<string, unknown>>) => ({ action: 'accept', content }) as const

describe.each(transports)('a modern server over %s', { timeout: 30_000 }, (name, target) => {
  test('tells what it is, and offers its tools', async () => {
    const server = connect(await target())
    expect(await server.connection.opened).toEqual({ ok: true })
    const said = await server.event('node.changed', (change) => change.facts?.era === 'modern')
    expect(said).toMatchObject({ status: 'open', facts: { protocol: '2026-07-28', server: 'taskscope-lab' } })
    const { offers } = await server.event('node.changed', (change) => change.offers !== undefined)
    expect(offers?.find((offer) => offer.name === 'slow_compute')).toMatchObject({ taskSupport: 'optional' })
    const opening = server.all('node.opened')[0]
    expect(opening?.facts).toEqual({ transport: name === 'HTTP' ? 'http' : 'stdio' })
  })

  test('makes a task of a call when it wants to, whose end brings its result', async () => {
    const server = connect(await target())
    const created = await server.start('slow_compute', { seconds: 1, label: 'pi' })
    expect(created).toMatchObject({ node: 'task', label: 'pi', pollIntervalMs: 500, attempt: 1 })
    const ended = await server.ended(created.id)
    expect(ended).toMatchObject({ to: 'completed', outcome: { status: 'completed' } })
    expect(JSON.stringify(ended.outcome)).toContain('Computed pi for 1 s')
    expect(server.states(created.id)).toEqual(['running', 'completed'])
    // The lab says so at each of its pieces; polls alone would have seen few of them.
    expect(server.all('task.created')).toHaveLength(1)
    expect(server.all('finding')).toEqual([])
  })

  test('answers a call at once where it wants to, or where no task is wanted', async () => {
    const server = connect(await target())
    const greeted = await server.start('greet', { name: 'Ada' })
    expect(greeted.node).toBe('call')
    expect(JSON.stringify((await server.ended(greeted.id)).outcome)).toContain('Hello, Ada!')
    const plain = await server.start('slow_compute', { seconds: 0.2 }, false)
    expect(plain.node).toBe('call')
    expect(JSON.stringify((await server.ended(plain.id)).outcome)).toContain('Computed it')
    expect(server.all('task.progress').some((progress) => progress.id === plain.id)).toBe(true)
  })

  test('asks two questions side by side, and each is answered on its own', async () => {
    const server = connect(await target())
    const { id } = await server.start('multi_input')
    await server.until(() => server.all('task.asked').length === 2, 'both are asked')
    const [who, done] = server.all('task.asked').map((event) => event.question)
    if (who === undefined || done === undefined) throw new Error('nobody asked')
    expect([who.message, done.message].sort()).toEqual(['Is that all?', 'Who are you?'])
    const whole = who.message === 'Who are you?' ? { name: 'Ada' } : { confirm: true }
    const first = server.ask(id, { verb: 'answer', requestId: who.requestId, answer: accept(whole) })
    const acknowledged = await server.control('control.acknowledged', first)
    const effective = await server.control('control.effective', first)
    expect(effective.seq).toBeGreaterThan(acknowledged.seq)
    expect(server.states(id).at(-1)).toBe('input_required')
    const again = server.ask(id, { verb: 'answer', requestId: who.requestId, answer: accept(whole) })
    expect((await server.control('control.refused', again)).reason).toBe('this question is no longer open')
    const second = server.ask(id, { verb: 'answer', requestId: done.requestId, answer: { action: 'decline' } })
    await server.control('control.effective', second)
    expect(JSON.stringify((await server.ended(id)).outcome)).toContain('Both answered')
    expect(server.all('task.answered').map((event) => event.by.kind)).toEqual(['person', 'person'])
    expect(server.all('task.asked')).toHaveLength(2)
  })

  test('asks what is missing before there is a task, which then begins', async () => {
    const server = connect(await target())
    const call = await server.start('test_tool_with_task')
    expect(call.node).toBe('call')
    const asked = await server.event('task.asked', (event) => event.id === call.id)
    server.ask(call.id, { verb: 'answer', requestId: asked.question.requestId, answer: accept({ name: 'Ada' }) })
    const task = await server.event('task.created', (event) => event.node === 'task')
    expect(task).toMatchObject({ name: 'test_tool_with_task', trace: { traceId: call.trace.traceId } })
    expect(JSON.stringify((await server.ended(task.id)).outcome)).toContain('Hello, Ada, from a task')
    expect(server.states(call.id)).toEqual(['running', 'input_required', 'running', 'completed'])
  })

  test('asks a plain call in rounds, and the call is one row', async () => {
    const server = connect(await target())
    const call = await server.start('ask_twice', {}, false)
    for (const round of [1, 2]) {
      const asked = await server.until(() => server.all('task.asked')[round - 1], `question ${round} is asked`)
      server.ask(call.id, { verb: 'answer', requestId: asked.question.requestId, answer: accept({ confirm: true }) })
    }
    expect(JSON.stringify((await server.ended(call.id)).outcome)).toContain('accept, then accept')
    const round = ['input_required', 'running']
    expect(server.states(call.id)).toEqual(['running', ...round, ...round, 'completed'])
    expect(server.all('task.created')).toHaveLength(1)
  })

  test('hears of a cancel, and the task ends when it does', async () => {
    const server = connect(await target(), { quietMs: 100 })
    const { id } = await server.start('slow_compute', { seconds: 60 })
    const control = server.ask(id, { verb: 'cancel' }, 'no longer needed')
    const acknowledged = await server.control('control.acknowledged', control)
    const ended = await server.ended(id)
    expect(ended).toMatchObject({ to: 'cancelled', outcome: { by: { kind: 'person' }, reason: 'no longer needed' } })
    const effective = await server.control('control.effective', control)
    expect(server.states(id)).toEqual(['running', 'cancelling', 'cancelled'])
    // Over HTTP the news of the end may overtake the answer to the cancel.
    expect(effective.seq).toBeGreaterThan(Math.max(acknowledged.seq, ended.seq))
  })

  test('is told that a plain call is not wanted any more', async () => {
    const server = connect(await target(), { cancelGraceMs: 50 })
    const { id } = await server.start('slow_compute', { seconds: 60 }, false)
    const control = server.ask(id, { verb: 'cancel' })
    expect(await server.ended(id)).toMatchObject({ to: 'cancelled' })
    await server.control('control.effective', control)
  })

  test('keeps the errors of a tool and of the protocol apart', async () => {
    const server = connect(await target())
    const failing = await server.start('failing_job')
    const broken = await server.start('protocol_error_job')
    expect(await server.ended(failing.id)).toMatchObject({ to: 'completed', outcome: { toolError: true } })
    expect(await server.ended(broken.id)).toMatchObject({ to: 'failed', outcome: { error: { code: -32603 } } })
  })

  test('is found out by a probe that the events show', async () => {
    const server = connect({ ...(await target()), era: 'probe' })
    expect(await server.connection.opened).toEqual({ ok: true })
    const reasons = server.all('node.changed').flatMap((change) => change.why?.text ?? [])
    expect(reasons).toContain('asks server/discover to find out which wire it speaks')
    expect(server.all('node.changed').some((change) => change.facts?.era === 'modern')).toBe(true)
  })
})
