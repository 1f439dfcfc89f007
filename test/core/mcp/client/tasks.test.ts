import { afterEach, describe, expect, test } from 'vitest'
import { connect, fixtureServer, releaseConnections } from './connect-fixture.ts'

afterEach(releaseConnections)

const tasksServer = fixtureServer('tasks.mjs')

describe('a task of a legacy server', () => {
  test('goes from created over its statuses to its result, under the id that the server gave it', async () => {
    const server = connect(tasksServer)
    const created = await server.start('steps', { a: 1, topic: 'bees' })
    expect(created).toMatchObject({
      id: 'task-1',
      node: 'task',
      name: 'steps',
      parent: 'connection',
      ttlMs: 60_000,
      pollIntervalMs: 40,
      attempt: 1,
      label: 'bees',
      input: { format: 'json', text: '{\n  "a": 1,\n  "topic": "bees"\n}' },
    })
    const ended = await server.ended('task-1')
    expect(ended).toMatchObject({ to: 'completed', outcome: { status: 'completed' } })
    const outcome = await server.event('task.outcome', (event) => event.id === 'task-1')
    expect(outcome.outcome).toMatchObject({ status: 'completed', value: { text: expect.stringContaining('all done') } })
    expect(server.states('task-1')).toEqual(['running', 'completed'])
    const reasons = server.all('task.changed').flatMap((change) => change.why?.text ?? [])
    expect(reasons).toEqual(['“one”', '“two”', '“three”'])
    expect(server.all('task.progress').at(-1)).toMatchObject({ id: 'task-1', current: 3, total: 3 })
  })

  test('is found to have ended by polling when the server never notifies', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('silent')
    expect(await server.ended(id)).toMatchObject({ to: 'completed' })
    const outcome = await server.event('task.outcome', (event) => event.id === id)
    expect(JSON.stringify(outcome)).toContain('nobody was told')
  })

  test('gets its question delivered by an open tasks/result, and goes on with the answer', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('asks')
    const asked = await server.event('task.asked', (event) => event.id === id)
    expect(asked.question).toMatchObject({ message: 'Which one?', schema: { type: 'object' } })
    const answer = { action: 'accept', content: { choice: 'the blue one' } } as const
    const control = server.ask(id, { verb: 'answer', requestId: asked.question.requestId, answer })
    await server.control('control.acknowledged', control)
    await server.control('control.effective', control)
    const outcome = await server.event('task.outcome', (event) => event.id === id)
    expect(JSON.stringify(outcome)).toContain('the blue one')
    expect(JSON.stringify(outcome)).toContain('related-task')
    expect(server.states(id)).toEqual(['running', 'input_required', 'running', 'completed'])
    expect(server.all('task.answered')).toMatchObject([{ id, action: 'accept', by: { kind: 'person' } }])
  })

  test('fails with what the tool said when its result is an error', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('fails')
    expect(await server.ended(id)).toMatchObject({ to: 'failed', outcome: { kind: 'error' } })
    const outcome = await server.event('task.outcome', (event) => event.id === id)
    expect(outcome.outcome).toMatchObject({ status: 'failed', error: { message: 'it broke' } })
  })

  test('that is told of before it is created keeps every status, in order', async () => {
    const server = connect(tasksServer)
    const { id, seq } = await server.start('early')
    await server.ended(id)
    const first = server.all('task.state').find((event) => event.id === id)
    expect(first).toMatchObject({ from: 'pending', to: 'running', why: { text: '“before you know me”' } })
    expect(first?.seq).toBeGreaterThan(seq)
  })

  test('that the server no longer knows is lost', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('forgotten')
    expect(await server.ended(id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
  })

  test('keeps its end when the server goes on about it, and the forbidden step is told', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('backwards')
    const forbidden = await server.event('task.state', (event) => event.id === id && event.from === 'completed')
    expect(forbidden.to).toBe('running')
  })

  test('carries its trace to the server in _meta', async () => {
    const server = connect(tasksServer)
    const { id, trace } = await server.start('meta')
    const ended = await server.ended(id)
    expect(JSON.stringify(ended.outcome)).toContain(`00-${trace.traceId}-${trace.spanId}-01`)
  })
})

describe('cancelling', () => {
  test('is acknowledged by the server, then shows life until the server complains', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('stubborn')
    const control = server.ask(id, { verb: 'cancel' }, 'wrong query')
    const acknowledged = await server.control('control.acknowledged', control)
    expect(await server.ended(id)).toMatchObject({
      to: 'cancelled',
      control,
      outcome: { status: 'cancelled', by: { kind: 'person' }, reason: 'wrong query' },
    })
    const sign = await server.event('task.sign', (event) => event.id === id && event.text.includes('progress'))
    expect(sign.text).toMatch(/still showing life: \d progress notices? since it ended/)
    const settled = await server.event('task.sign', (event) => event.id === id && event.settled === true)
    expect(settled.text).toMatch(/still showing life for .* until it complained: “Cannot update task/)
    const effective = await server.control('control.effective', control)
    expect(server.states(id)).toEqual(['running', 'cancelling', 'cancelled'])
    const order = [acknowledged.seq, (await server.ended(id)).seq, sign.seq, settled.seq, effective.seq]
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  test('counts as stopped after a while without any sign of life', async () => {
    const server = connect(tasksServer, { quietMs: 100 })
    const { id } = await server.start('quiet')
    const control = server.ask(id, { verb: 'cancel' })
    const effective = await server.control('control.effective', control)
    expect(effective.effect).toBe('no sign of life for 0.1 s')
  })

  test('is refused with what the server says', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('uncancellable')
    const control = server.ask(id, { verb: 'cancel' })
    const settled = await server.until(
      () =>
        server.all('control.refused').find((event) => event.control === control) ??
        server.all('control.effective').find((event) => event.control === control),
      'the cancel is settled',
    )
    expect(settled).toMatchObject({
      kind: 'control.refused',
      reason: 'the server answers: this one cannot be cancelled',
    })
  })

  test('a plain call stops waiting for it, since nothing ever acknowledges that', async () => {
    const server = connect(tasksServer, { cancelGraceMs: 50 })
    const { id } = await server.start('hangs')
    const control = server.ask(id, { verb: 'cancel' })
    expect(await server.ended(id)).toMatchObject({ to: 'cancelled' })
    await server.control('control.effective', control)
    expect(server.states(id)).toEqual(['running', 'cancelling', 'cancelled'])
  })
})

test('a cancelled call that is answered at last ends once, and its answer is told as late', async () => {
  const server = connect(tasksServer, { cancelGraceMs: 30 })
  const { id } = await server.start('late')
  server.ask(id, { verb: 'cancel' })
  expect(await server.ended(id)).toMatchObject({ to: 'cancelled' })
  const late = await server.event('task.late', (event) => event.id === id)
  expect(late.value.text).toContain('too late')
  const signs = server.all('task.sign').map((event) => [event.text, event.settled])
  expect(signs).toEqual([
    ['still showing life: 1 progress notice since it ended', undefined],
    ['it was answered at last', true],
  ])
  expect(server.all('task.created')).toHaveLength(1)
})

describe('a plain call', () => {
  test('is a call with its result', async () => {
    const server = connect(tasksServer)
    const { id, node } = await server.start('echo', { message: 'hello' })
    expect(node).toBe('call')
    const ended = await server.ended(id)
    expect(ended).toMatchObject({ to: 'completed', outcome: { value: { text: expect.stringContaining('hello') } } })
  })

  test('completes with a warning when the tool reports an error, and fails on a JSON-RPC error', async () => {
    const server = connect(tasksServer)
    const oops = await server.start('oops')
    expect(await server.ended(oops.id)).toMatchObject({ to: 'completed', outcome: { toolError: true } })
    const rejects = await server.start('rejects')
    expect(await server.ended(rejects.id)).toMatchObject({
      to: 'failed',
      outcome: { kind: 'error', error: { message: 'not today', code: -32000 } },
    })
  })

  test('may ask a question although the ids of both sides collide', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('asks-plainly')
    const asked = await server.event('task.asked', (event) => event.id === id)
    const answer = { action: 'decline' } as const
    const { requestId } = asked.question
    const wrong = server.ask(id, { verb: 'answer', requestId, answer: { action: 'accept', content: 'text' } })
    expect((await server.control('control.refused', wrong)).reason).toBe('the answer to a question is a JSON object')
    server.ask(id, { verb: 'answer', requestId, answer })
    expect(JSON.stringify((await server.ended(id)).outcome)).toContain('decline')
  })

  test('asks a person in place of a model once sampling is offered, and may be declined', async () => {
    const server = connect({ ...tasksServer, abilities: { sampling: true } })
    for (const action of ['accept', 'decline'] as const) {
      const { id } = await server.start('wants-sampling')
      const asked = await server.event('task.asked', (event) => event.id === id)
      const { requestId } = asked.question
      expect(asked.question).toMatchObject({ schema: { properties: { text: { type: 'string' } } } })
      const answer = action === 'accept' ? { action, content: { text: 'I hum' } } : { action }
      await server.control('control.effective', server.ask(id, { verb: 'answer', requestId, answer }))
      const outcome = JSON.stringify((await server.ended(id)).outcome)
      expect(outcome).toContain(action === 'accept' ? 'I hum' : 'a person declined to answer for the model')
    }
    const { id } = await server.start('capabilities')
    expect(JSON.stringify((await server.ended(id)).outcome)).toContain('sampling')
  })

  test('is told that sampling is not offered, and never sees it among the capabilities', async () => {
    const server = connect(tasksServer)
    const wants = await server.start('wants-sampling')
    expect(JSON.stringify((await server.ended(wants.id)).outcome)).toContain('does not offer sampling/createMessage')
    const { id } = await server.start('capabilities')
    const told = JSON.stringify((await server.ended(id)).outcome)
    expect(told).toContain('{\\\\\\"elicitation\\\\\\":{\\\\\\"form\\\\\\":{}}')
    expect(told).not.toContain('sampling')
  })
})

describe('starting', () => {
  test('offers every tool of every page with how it may be called', async () => {
    const server = connect(tasksServer)
    const { offers } = await server.event('node.changed', (change) => change.offers !== undefined)
    const support = new Map(offers?.map((offer) => [offer.name, offer.taskSupport]))
    expect([support.get('steps'), support.get('echo'), support.get('optional')]).toEqual([
      'required',
      'forbidden',
      'optional',
    ])
  })

  test('runs an optional tool as a task unless asked for a plain call', async () => {
    const server = connect(tasksServer)
    expect((await server.start('optional')).node).toBe('task')
    expect((await server.start('optional', {}, false)).node).toBe('call')
  })

  test('refuses what makes no sense, each with its reason', async () => {
    const server = connect(tasksServer)
    const { id } = await server.start('quiet')
    const refused = async (target: string, command: Parameters<typeof server.ask>[1]) =>
      (await server.control('control.refused', server.ask(target, command))).reason
    expect(await refused('connection', { verb: 'start', offer: 'nope', input: {} })).toBe('the server has no tool nope')
    expect(await refused('connection', { verb: 'start', offer: 'echo', input: 7 })).toContain('JSON object')
    expect(await refused('connection', { verb: 'start', offer: 'echo', input: {}, asTask: true })).toBe(
      'echo does not run as a task',
    )
    expect(await refused('connection', { verb: 'start', offer: 'steps', input: {}, asTask: false })).toBe(
      'steps only runs as a task',
    )
    expect(await refused(id, { verb: 'suspend' })).toBe('MCP has no suspend; freeze the server instead')
    expect(await refused(id, { verb: 'getState' })).toBe('MCP cannot show the state of a task')
    expect(await refused('nobody', { verb: 'cancel' })).toBe('it has ended')
    expect(await refused(id, { verb: 'answer', requestId: '9', answer: { action: 'decline' } })).toBe(
      'this question is no longer open',
    )
  })

  test('runs an ended task again as a linked attempt with the same input', async () => {
    const server = connect(tasksServer)
    const first = await server.start('silent', { page: 4 })
    await server.ended(first.id)
    server.ask(first.id, { verb: 'retry' })
    const second = await server.event('task.created', (event) => event.attempt === 2)
    expect(second).toMatchObject({ name: 'silent', retryOf: first.id, input: first.input })
    expect(second.trace.traceId).toBe(first.trace.traceId)
  })
})

test('the linter judges a live conversation', async () => {
  const server = connect(tasksServer)
  const { id } = await server.start('backwards')
  const found = await server.event('finding', ({ finding }) => finding.rule === 'change-after-terminal')
  expect(found.finding).toMatchObject({ severity: 'error', node: id, evidence: expect.stringContaining('https://') })
})
