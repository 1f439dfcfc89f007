/** Against the official reference server, as npm publishes it. */
import { afterEach, expect, test } from 'vitest'
import { connect, everythingOverHttp, everythingServer, releaseConnections } from './connect-fixture.ts'

const timeout = 30_000
const tool = 'simulate-research-query'

afterEach(releaseConnections)

test('a research query goes from created over its stages to its report', { timeout }, async () => {
  const server = connect(everythingServer())
  expect(await server.connection.opened).toEqual({ ok: true })
  const { id } = await server.start(tool, { topic: 'bees' })
  expect(await server.ended(id)).toMatchObject({ to: 'completed' })
  const reasons = server.events.flatMap((event) =>
    (event.kind === 'task.changed' || event.kind === 'task.state') && event.id === id ? (event.why?.text ?? []) : [],
  )
  expect(reasons).toEqual([
    '“Gathering sources...”',
    '“Analyzing content...”',
    '“Synthesizing findings...”',
    '“Generating report...”',
  ])
  const outcome = await server.event('task.outcome', (event) => event.id === id)
  expect(JSON.stringify(outcome)).toContain('# Research Report: bees')
  expect(server.errors()).toEqual([])
  expect(JSON.stringify(server.all('task.log'))).toContain('Starting default (STDIO) server')
})

test('an ambiguous query asks, and completes with the answer', { timeout }, async () => {
  const server = connect(everythingServer())
  const { id } = await server.start(tool, { topic: 'python', ambiguous: true })
  const asked = await server.event('task.asked', (event) => event.id === id)
  expect(asked.question.message).toContain('could have multiple interpretations')
  const answer = { action: 'accept', content: { interpretation: 'snake' } } as const
  server.ask(id, { verb: 'answer', requestId: asked.question.requestId, answer })
  await server.ended(id)
  expect(server.states(id)).toEqual(['running', 'input_required', 'running', 'completed'])
  const outcome = await server.event('task.outcome', (event) => event.id === id)
  expect(JSON.stringify(outcome)).toContain('Research Report: python (snake)')
})

test('a cancelled query still shows life until the server complains on stderr', { timeout }, async () => {
  const server = connect(everythingServer())
  const { id } = await server.start(tool, { topic: 'bees' })
  const control = server.ask(id, { verb: 'cancel' })
  await server.control('control.acknowledged', control)
  expect(await server.ended(id)).toMatchObject({ to: 'cancelled', control })
  const sign = await server.event('task.sign', (event) => event.id === id)
  expect(sign.text).toContain('still showing life')
  const settled = await server.event('task.sign', (event) => event.id === id && event.settled === true)
  expect(settled.text).toContain('Cannot update task')
  expect((await server.control('control.effective', control)).effect).toBe(settled.text)
})

test('a plain call shows its progress', { timeout }, async () => {
  const server = connect(everythingServer())
  const { id } = await server.start('trigger-long-running-operation', { duration: 1, steps: 2 })
  expect(await server.ended(id)).toMatchObject({ to: 'completed' })
  expect(server.all('task.progress').map((event) => [event.current, event.total])).toEqual([
    [1, 2],
    [2, 2],
  ])
})

test('server-everything serves its research over HTTP, with a question on the way', { timeout: 60_000 }, async () => {
  const { url, stop } = await everythingOverHttp()
  try {
    const server = connect({ name: 'everything', url, headers: {} })
    expect(await server.connection.opened).toEqual({ ok: true })
    const { id } = await server.start(tool, { topic: 'python', ambiguous: true })
    const asked = await server.event('task.asked', (event) => event.id === id)
    const answer = { action: 'accept', content: { interpretation: 'snake' } } as const
    server.ask(id, { verb: 'answer', requestId: asked.question.requestId, answer })
    expect(await server.ended(id)).toMatchObject({ to: 'completed' })
    const fetched = () => JSON.stringify(server.events.filter((event) => 'outcome' in event))
    await server.until(() => fetched().includes('Research Report: python (snake)'), 'its report is there')
    expect(server.errors()).toEqual([])
    await server.connection.close('enough')
  } finally {
    await stop()
  }
})

test('server-everything asks for a model and for folders once a person has offered both', { timeout }, async () => {
  const server = connect({ ...everythingServer(), abilities: { sampling: true, roots: true } })
  const sampling = await server.start('trigger-sampling-request', { prompt: 'a haiku on bees', maxTokens: 10 })
  const prompted = await server.event('task.asked', (event) => event.question.message.includes('a haiku on bees'))
  expect(prompted.id).toBe(sampling.id)
  const text = { action: 'accept', content: { text: 'They hum.' } } as const
  server.ask(sampling.id, { verb: 'answer', requestId: prompted.question.requestId, answer: text })
  expect(JSON.stringify((await server.ended(sampling.id)).outcome)).toContain('They hum.')
})
