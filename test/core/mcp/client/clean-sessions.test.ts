/** Peers that behave: every frame of a live conversation can be read, and the rules find no error in it. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { nodeId } from '../../../../core/model/identity.ts'
import { connect, fixtureServer, freePort, nodeEnv, nodeProgram, releaseConnections } from './connect-fixture.ts'
import { labOverHttp, releaseLabs } from './lab-peer.ts'

const timeout = 30_000
const connection = nodeId('connection')
const accept = (content: Readonly<Record<string, unknown>>) => ({ action: 'accept', content }) as const

afterEach(async () => {
  await releaseConnections()
  await releaseLabs()
})

test('the frames of a connection are kept as they were on the wire, those of a task under its node', async () => {
  const server = connect(fixtureServer('tasks.mjs'))
  const { id } = await server.start('steps')
  await server.event('task.outcome', (event) => event.id === id)
  const { rows, dropped, revision } = server.connection.frames(connection)
  expect(dropped).toBe(0)
  expect(rows.slice(0, 3).map(({ dir, kind, method }) => `${dir} ${kind} ${method}`)).toEqual([
    'c2s request initialize',
    's2c result initialize',
    'c2s notification notifications/initialized',
  ])
  expect(JSON.parse(server.connection.frameText(rows[0]?.seq ?? 0) ?? '')).toMatchObject({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
  })
  const ofTask = server.connection.frames(nodeId(id)).rows
  expect(ofTask.every((frame) => frame.task === id)).toBe(true)
  const created = ofTask.find((frame) => frame.answers !== undefined)
  expect(created).toMatchObject({ dir: 's2c', kind: 'result', method: 'tools/call', status: 'working' })
  expect(ofTask.map((frame) => frame.method)).toContain('tasks/result')
  expect(server.connection.frameRevision).toBe(revision)
})

test('after a restart the numbers of frames go on, so a finding names one frame only', async () => {
  const server = connect(fixtureServer('tasks.mjs'))
  await server.connection.opened
  const last = server.connection.frames(connection).rows.at(-1)?.seq ?? 0
  await server.control('control.effective', server.ask('connection', { verb: 'restart' }))
  const { rows } = server.connection.frames(connection)
  const numbers = rows.map(({ seq }) => seq)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(rows.find(({ method, seq }) => method === 'initialize' && seq > last)).toBeDefined()
})

test('every call carries the trace context of its own span, and a retry stays in its trace', async () => {
  const server = connect(fixtureServer('tasks.mjs'))
  const first = await server.start('steps')
  await server.ended(first.id)
  server.ask(first.id, { verb: 'retry' })
  const second = await server.event('task.created', (event) => event.attempt === 2)
  const sent = server.connection
    .frames(connection)
    .rows.filter(({ method, kind }) => method === 'tools/call' && kind === 'request')
    .map(({ seq }) => JSON.parse(server.connection.frameText(seq) ?? '').params._meta.traceparent)
  const contextOf = ({ trace }: typeof first) => `00-${trace.traceId}-${trace.spanId}-01`
  expect(sent).toEqual([contextOf(first), contextOf(second)])
  expect(second.trace.traceId).toBe(first.trace.traceId)
  expect(second.trace.spanId).not.toBe(first.trace.spanId)
})

test('findings name frames that can be read', async () => {
  const server = connect(fixtureServer('tasks.mjs'))
  await server.start('backwards')
  const { finding } = await server.event('finding', (event) => event.finding.rule === 'change-after-terminal')
  const rows = server.connection.frames(connection).rows
  expect(finding.frames?.length).toBeGreaterThan(0)
  for (const seq of finding.frames ?? []) expect(rows.map((frame) => frame.seq)).toContain(seq)
})

test('a server that sends a batch is read message by message', async () => {
  const batch = [
    { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'one' } },
    { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'two' } },
  ]
  const script = `console.log(${JSON.stringify(JSON.stringify(batch))}); setInterval(() => undefined, 1000)`
  const server = connect({ name: 'batch', command: nodeProgram, args: ['-e', script], env: nodeEnv })
  await server.event('task.log', (event) => event.lines.some(({ text }) => text === 'two'))
  const texts = server.connection
    .frames(connection)
    .rows.filter(({ dir }) => dir === 's2c')
    .map(({ seq }) => JSON.parse(server.connection.frameText(seq) ?? ''))
  expect(texts).toEqual(batch)
})

test.each(['legacy', 'modern'] as const)('the lab is clean on the %s wire', { timeout }, async (era) => {
  const { address } = await labOverHttp(era)
  const server = connect(address)
  const computed = await server.start('slow_compute', { seconds: 0.2 }, true)
  await server.ended(computed.id)
  const doomed = await server.start('slow_compute', { seconds: 60 }, true)
  server.ask(doomed.id, { verb: 'cancel' })
  await server.ended(doomed.id)
  const asking = await server.start('ask_twice')
  for (const round of [1, 2]) {
    await server.until(() => server.all('task.asked').length === round, `question ${round} is asked`)
    const question = server.all('task.asked')[round - 1]?.question
    server.ask(asking.id, {
      verb: 'answer',
      requestId: question?.requestId ?? '',
      answer: accept({ go: true, confirm: true }),
    })
  }
  await server.ended(asking.id)
  await server.connection.close('enough')
  expect(server.errors()).toEqual([])
})

test('the interactive example of the official SDK asks a person and a model, and both answers arrive', {
  timeout,
}, async () => {
  const example = await sdkExample('simpleTaskInteractive.js')
  try {
    const server = connect({ name: 'example', url: example.url, headers: {}, abilities: { sampling: true } })
    expect(await server.connection.opened).toEqual({ ok: true })
    const deleted = await server.start('confirm_delete', { filename: 'old.txt' })
    const asked = await server.event('task.asked', (event) => event.id === deleted.id)
    const confirm = accept({ confirm: true })
    server.ask(deleted.id, { verb: 'answer', requestId: asked.question.requestId, answer: confirm })
    expect(await server.ended(deleted.id)).toMatchObject({ to: 'completed' })
    const haiku = await server.start('write_haiku', { topic: 'bees' })
    const prompted = await server.event('task.asked', (event) => event.id === haiku.id)
    const words = accept({ text: 'They hum.' })
    server.ask(haiku.id, { verb: 'answer', requestId: prompted.question.requestId, answer: words })
    expect(await server.ended(haiku.id)).toMatchObject({ to: 'completed' })
    await server.connection.close('enough')
    // What it does wrong: its tasks wait for input before it has told that they work.
    const others = server.errors().filter(({ text }) => !text.includes('was created as input_required'))
    expect(others).toEqual([])
  } finally {
    await example.stop()
  }
})

/** An example server of the SDK in a process of its own. Rejects when it does not begin to listen. */
async function sdkExample(file: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const entry = import.meta.resolve('@modelcontextprotocol/sdk/server/index.js')
  const port = await freePort()
  const env = { PATH: process.env.PATH ?? '', PORT: String(port), ...nodeEnv }
  const child = spawn(nodeProgram, [fileURLToPath(new URL(`../examples/server/${file}`, entry))], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('http://')) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => reject(new Error(`the example ${file} does not serve: ${said}`)))
  })
  return {
    url: `http://localhost:${port}/mcp`,
    stop() {
      child.kill('SIGKILL')
      return exited
    },
  }
}
