/** Tasks that run at the client, asked for by servers on the official SDK. */
import { afterEach, expect, test } from 'vitest'
import type { NodeId } from '../../../../core/model/identity.ts'
import type { ServerLaunch } from '../../../../core/model/server-target.ts'
import { connect, everythingServer, fixtureServer, releaseConnections } from './connect-fixture.ts'

const timeout = 30_000
const launch: ServerLaunch = { ...fixtureServer('asks-as-tasks.mjs'), abilities: { sampling: true } }

afterEach(releaseConnections)

type Connected = ReturnType<typeof connect>

/** What the call with this node gave, which is the JSON of what the server saw. */
async function seenBy(server: Connected, id: NodeId): Promise<unknown> {
  const { outcome } = await server.ended(id)
  if (outcome?.status !== 'completed') throw new Error(JSON.stringify(outcome))
  return JSON.parse(JSON.parse(outcome.value.text).content[0].text)
}

/** The task that the server asked for, once a person can answer it. */
async function asked(server: Connected, name: string) {
  const created = await server.event('task.created', (event) => event.node === 'task' && event.name === name)
  const { question } = await server.event('task.asked', (event) => event.id === created.id)
  await server.event('task.state', (event) => event.id === created.id && event.to === 'input_required')
  return { created, question }
}

test('the server is told which of its questions may run as tasks', { timeout }, async () => {
  const server = connect(launch)
  const { id } = await server.start('capabilities')
  expect(await seenBy(server, id)).toMatchObject({
    tasks: { list: {}, cancel: {}, requests: { elicitation: { create: {} }, sampling: { createMessage: {} } } },
  })
  const modest = connect(fixtureServer('asks-as-tasks.mjs'))
  const told = await modest.start('capabilities')
  expect(await seenBy(modest, told.id)).toMatchObject({ tasks: { requests: { elicitation: { create: {} } } } })
  expect(JSON.stringify(await seenBy(modest, told.id))).not.toContain('sampling')
})

test('a question becomes a task of the client, which waits for a person and ends with the answer', {
  timeout,
}, async () => {
  const server = connect(launch)
  const call = await server.start('asks_person')
  const { created, question } = await asked(server, 'elicitation/create')
  expect(created).toMatchObject({
    parent: 'connection',
    host: 'client',
    ttlMs: 60_000,
    capabilities: { answer: true, cancel: true },
  })
  expect(created.id).toMatch(/^client:/)
  expect(question).toMatchObject({ message: 'Which colour?', schema: { required: ['colour'] } })

  const odd = server.ask(created.id, {
    verb: 'answer',
    requestId: question.requestId,
    answer: { action: 'accept', content: 7 },
  })
  expect((await server.control('control.refused', odd)).reason).toContain('JSON object')
  const answer = { action: 'accept', content: { colour: 'blue' } } as const
  const control = server.ask(created.id, { verb: 'answer', requestId: question.requestId, answer })
  await server.control('control.effective', control)
  expect(await seenBy(server, call.id)).toEqual({
    ttl: 60_000,
    statuses: ['working', 'completed'],
    told: ['input_required', 'completed'],
    answer: { action: 'accept', content: { colour: 'blue' } },
    related: true,
    late: -32602,
    again: { colour: 'blue' },
  })
  expect(server.states(created.id)).toEqual(['running', 'input_required', 'running', 'completed'])
  const outcome = await server.event('task.outcome', (event) => event.id === created.id)
  expect(JSON.stringify(outcome)).toContain('blue')
  expect(server.errors()).toEqual([])
})

test('a model is asked as a task; a person who declines fails it', { timeout }, async () => {
  const server = connect(launch)
  const first = await server.start('asks_model')
  const { created, question } = await asked(server, 'sampling/createMessage')
  const text = { action: 'accept', content: { text: 'They hum.' } } as const
  server.ask(created.id, { verb: 'answer', requestId: question.requestId, answer: text })
  expect(await seenBy(server, first.id)).toEqual({ text: 'They hum.', status: 'completed' })

  const before = server.all('task.asked').length
  const second = await server.start('asks_model')
  const again = await server.until(() => server.all('task.asked')[before], 'it asks again')
  const decline = { action: 'decline' } as const
  server.ask(again.id, { verb: 'answer', requestId: again.question.requestId, answer: decline })
  expect(await seenBy(server, second.id)).toMatchObject({
    refused: expect.stringContaining('declined'),
    status: 'failed',
  })
  expect(await server.ended(again.id)).toMatchObject({ to: 'failed' })
  expect(server.errors()).toEqual([])
})

test('the server lists and cancels its question; the open result is refused and the question goes away', {
  timeout,
}, async () => {
  const server = connect(launch)
  const call = await server.start('changes_its_mind')
  expect(await seenBy(server, call.id)).toEqual({
    listed: [true],
    status: 'cancelled',
    waiting: -32602,
    told: ['input_required', 'cancelled'],
    unknown: -32602,
    cursor: -32602,
  })
  const { id } = await server.event('task.answered', (event) => event.action === 'cancel')
  const end = await server.ended(id)
  expect(end).toMatchObject({ to: 'cancelled', by: { kind: 'peer', name: 'the server' } })
  const sign = await server.event('task.sign', (event) => event.id === id && event.settled === true)
  expect(sign.text).toBe('nobody is asked any more')
  expect(server.errors()).toEqual([])
})

test('a person who does not want to answer cancels the task, and the server hears it', { timeout }, async () => {
  const server = connect(launch)
  const call = await server.start('asks_person')
  const { created } = await asked(server, 'elicitation/create')
  const control = server.ask(created.id, { verb: 'cancel' }, 'no time')
  expect((await server.control('control.effective', control)).effect).toBe('the server is told')
  expect(await server.ended(created.id)).toMatchObject({ to: 'cancelled', outcome: { reason: 'no time' } })
  // The SDK makes an error of the refused result, and the tool a failed call of that.
  expect(await server.ended(call.id)).toMatchObject({ to: 'failed' })
})

test('a question does not outlive its ttl', { timeout }, async () => {
  const server = connect(launch)
  const call = await server.start('waits_briefly')
  expect(await seenBy(server, call.id)).toEqual({
    ttl: 50,
    waiting: -32602,
    told: ['input_required', 'failed'],
    gone: -32602,
  })
  const created = await server.event('task.created', (event) => event.node === 'task')
  expect(await server.ended(created.id)).toMatchObject({ to: 'failed' })
  const late = server.ask(created.id, { verb: 'answer', requestId: 'any', answer: { action: 'decline' } })
  expect((await server.control('control.refused', late)).reason).toBe('it has ended')
  expect(server.errors()).toEqual([])
})

test('a question ends with its server; nothing but an answer or a cancel is taken for it', { timeout }, async () => {
  const server = connect(launch)
  await server.start('asks_person')
  const { created } = await asked(server, 'elicitation/create')
  const kill = server.ask(created.id, { verb: 'kill' })
  expect((await server.control('control.refused', kill)).reason).toContain('cancel it')
  await server.connection.close('enough')
  expect(await server.ended(created.id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
})

test('server-everything asks a person in a task of the client', { timeout }, async () => {
  const server = connect(everythingServer())
  const call = await server.start('trigger-elicitation-request-async')
  const { created, question } = await asked(server, 'elicitation/create')
  const answer = { action: 'accept', content: { name: 'Ada' } } as const
  server.ask(created.id, { verb: 'answer', requestId: question.requestId, answer })
  expect(JSON.stringify((await server.ended(call.id)).outcome)).toContain('Name: Ada')
  expect(server.states(created.id)).toEqual(['running', 'input_required', 'running', 'completed'])
  expect(server.errors()).toEqual([])
})

test('server-everything asks for a model in a task of the client', { timeout }, async () => {
  const server = connect({ ...everythingServer(), abilities: { sampling: true } })
  const call = await server.start('trigger-sampling-request-async', { prompt: 'a haiku on bees', maxTokens: 10 })
  const { created, question } = await asked(server, 'sampling/createMessage')
  expect(question.message).toContain('a haiku on bees')
  const answer = { action: 'accept', content: { text: 'They hum.' } } as const
  server.ask(created.id, { verb: 'answer', requestId: question.requestId, answer })
  expect(JSON.stringify((await server.ended(call.id)).outcome)).toContain('They hum.')
  expect(server.states(created.id)).toEqual(['running', 'input_required', 'running', 'completed'])
  expect(server.errors()).toEqual([])
})
