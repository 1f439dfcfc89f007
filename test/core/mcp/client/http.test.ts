/** Streamable HTTP: the legacy wire with its session, and what goes wrong on the way. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'
import type { ServerAddress } from '../../../../core/model/server-target.ts'
import { connect, releaseConnections } from './connect-fixture.ts'
import { labOverHttp, releaseLabs } from './lab-peer.ts'

const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  await releaseConnections()
  await releaseLabs()
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

interface Scripted {
  readonly address: ServerAddress
  /** Method and headers of every request, in order. */
  readonly seen: { readonly method: string; readonly headers: IncomingMessage['headers']; readonly rpc: string }[]
}

interface Rpc {
  readonly id?: number
  readonly method?: string
}

/** An HTTP server that answers as the test says; what the script leaves alone is answered like a small legacy server. */
async function scripted(
  script: (rpc: Rpc, request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<Scripted> {
  const seen: Scripted['seen'] = []
  const http = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const rpc = body === '' ? {} : (JSON.parse(body) as Rpc)
      seen.push({ method: request.method ?? '', headers: request.headers, rpc: rpc.method ?? '' })
      if (!script(rpc, request, response)) answerAsLegacy(rpc, request, response)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  stops.push(
    () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  )
  const { port } = http.address() as AddressInfo
  return { address: { name: 'scripted', url: `http://127.0.0.1:${port}/mcp`, headers: {} }, seen }
}

/** A line of a saved conversation. */
interface Told {
  readonly kind: string
  readonly msg?: Rpc
  readonly http?: { readonly n: number; readonly headers?: object }
}

/** The exchange in which this was asked. */
function numberOf(told: readonly Told[], method: string): number | undefined {
  return told.find(({ msg }) => msg?.method === method)?.http?.n
}

function json(response: ServerResponse, id: number | undefined, result: object, headers = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
}

function answerAsLegacy({ id, method }: Rpc, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') response.writeHead(405).end()
  else if (method === 'initialize') {
    const result = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 's', version: '1' },
    }
    json(response, id, result, { 'mcp-session-id': 'session-1' })
  } else if (method === 'tools/list') json(response, id, { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] })
  else if (method === 'tools/call') json(response, id, { content: [{ type: 'text', text: 'called' }] })
  else response.writeHead(request.method === 'DELETE' ? 200 : 202).end()
}

describe('a legacy server over HTTP', { timeout: 30_000 }, () => {
  test('runs a task, asks on the stream of its result, and is told goodbye', async () => {
    const { address } = await labOverHttp('legacy')
    const server = connect(address)
    const { id } = await server.start('confirm_delete', { filename: 'old.txt' }, true)
    const asked = await server.event('task.asked', (event) => event.id === id)
    const answer = { action: 'accept', content: { confirm: true } } as const
    server.ask(id, { verb: 'answer', requestId: asked.question.requestId, answer })
    await server.ended(id)
    // The result may overtake the notice of the end, or come after it.
    const fetched = () => JSON.stringify(server.events.filter((event) => 'outcome' in event))
    await server.until(() => fetched().includes('Deleted old.txt'), 'its result is there')
    expect(server.states(id)).toEqual(['running', 'input_required', 'running', 'completed'])
    expect(server.all('task.sign')).toEqual([])
  })

  test('keeps its session, names the revision, and ends both with DELETE', async () => {
    const { address, seen } = await scripted(() => false)
    const server = connect({ ...address, headers: { Authorization: 'Bearer hush' } })
    const { id } = await server.start('echo')
    await server.ended(id)
    await server.connection.close('enough')
    const [initialize, initialized] = seen
    expect(initialize?.headers['mcp-session-id']).toBeUndefined()
    expect(initialized?.headers).toMatchObject({ 'mcp-session-id': 'session-1', 'mcp-protocol-version': '2025-11-25' })
    expect(seen.map(({ method }) => method)).toContain('GET')
    expect(seen.at(-1)).toMatchObject({ method: 'DELETE', headers: { 'mcp-session-id': 'session-1' } })
    expect(seen.every(({ headers }) => headers.authorization === 'Bearer hush')).toBe(true)
    expect(JSON.stringify(server.events)).not.toContain('hush')
  })

  test('is saved with what HTTP said around the messages, and without secrets', async () => {
    const { address } = await scripted(() => false)
    const server = connect({ ...address, headers: { Authorization: 'Bearer hush' } })
    await server.ended((await server.start('echo')).id)
    await server.connection.close('enough')
    const lines = [...server.connection.captureLines()]
    expect(lines.join('')).not.toMatch(/hush|session-1/)
    const told = lines.map((line) => JSON.parse(line) as Told)
    const called = told.filter(({ msg, http }) => msg !== undefined && http?.n === numberOf(told, 'tools/call'))
    expect(called.map(({ http }) => http)).toMatchObject([
      { method: 'POST', headers: { 'mcp-session-id': '[redacted]', 'mcp-protocol-version': '2025-11-25' } },
      { status: 200, headers: { 'content-type': 'application/json' } },
    ])
    expect(called[0]?.http?.headers).not.toHaveProperty('mcp-method')
    const n = told.find(({ kind }) => kind === 'http-delete')?.http?.n
    expect(told).toContainEqual(expect.objectContaining({ kind: 'http-response', http: { status: 200, n } }))
    expect(told.find(({ kind }) => kind === 'http-get')?.http?.headers).toHaveProperty('accept', 'text/event-stream')
    expect(analyzeCapture(lines).findings).toEqual([])
  })

  test('that forgets the session leaves open tasks lost, and can be connected anew', async () => {
    const first = await labOverHttp('legacy')
    const server = connect(first.address)
    const { id } = await server.start('slow_compute', { seconds: 600 }, true)
    await first.stop()
    await labOverHttp('legacy', { port: Number(new URL(first.address.url).port) })
    expect(await server.ended(id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
    const failed = await server.event('node.changed', (change) => change.status === 'failed')
    expect(failed.why?.text).toBe('The server no longer knows the session')
    await server.control('control.effective', server.ask('connection', { verb: 'restart' }))
    await server.until(() => server.all('node.changed').filter(({ offers }) => offers).length > 1, 'tools are listed')
    expect((await server.start('greet', { name: 'Ada' })).name).toBe('greet')
  })

  test('whose answer breaks off is asked to go on after the last event', async () => {
    const message = (id: number | undefined) =>
      `id: two\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })}\n\n`
    let call: number | undefined
    const { address, seen } = await scripted((rpc, request, response) => {
      const resumes = request.method === 'GET' && request.headers['last-event-id'] === 'one'
      if (rpc.method !== 'tools/call' && !resumes) return false
      call ??= rpc.id
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      // A server that keeps its events sends the empty one again as an empty object.
      response.end(resumes ? `id: one\ndata: {}\n\n${message(call)}` : 'id: one\nretry: 1\ndata:\n\n')
      return true
    })
    const server = connect(address)
    const { id } = await server.start('echo')
    expect(await server.ended(id)).toMatchObject({ to: 'completed' })
    expect(server.all('finding').map(({ finding }) => finding.rule)).not.toContain('not-json-rpc')
    expect(seen.filter(({ headers }) => headers['last-event-id'] === 'one')).toHaveLength(1)
  })

  test('says what belongs to no request on a stream that is opened anew when it ends', async () => {
    let streams = 0
    const { address } = await scripted((_rpc, request, response) => {
      if (request.method !== 'GET') return false
      streams += 1
      const params = { level: 'info', data: `stream ${streams}` }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(
        `retry: 1\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params })}\n\n`,
      )
      if (streams < 3) response.end()
      return true
    })
    const server = connect(address)
    await server.event('task.log', (log) => log.lines.some((line) => line.text === 'stream 3'))
  })
})

describe('a server that cannot be reached', { timeout: 30_000 }, () => {
  async function failureOf(address: ServerAddress): Promise<string> {
    const opened = await connect(address).connection.opened
    return opened.ok ? 'opened' : opened.error
  }
  const status = (code: number, headers = {}) =>
    scripted((_rpc, _request, response) => {
      response.writeHead(code, headers).end()
      return true
    })

  test.each(['legacy', 'modern', 'probe'] as const)('since nobody listens, asked in the %s way', async (era) => {
    const { address, stop } = await labOverHttp(era)
    await stop()
    expect(await failureOf(address)).toBe('The server cannot be reached: nobody listens there (ECONNREFUSED).')
  })

  test('since it wants to know who asks, or lives elsewhere, or is no MCP server', async () => {
    expect(await failureOf((await status(401)).address)).toContain('give it a header Authorization')
    expect(await failureOf((await status(307, { location: '/elsewhere' })).address)).toContain(
      'at another address, /elsewhere',
    )
    const page = await scripted((_rpc, _request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>')
      return true
    })
    const server = connect(page.address)
    const opened = await server.connection.opened
    expect(opened.ok ? '' : opened.error).toContain('HTTP 200 OK: <h1>Hello</h1>')
  })
})

test('a server that does not know a probe is spoken to in the legacy way, and the events say so', async () => {
  const { address } = await labOverHttp('probe', { eras: ['legacy'] })
  const server = connect(address)
  expect(await server.connection.opened).toEqual({ ok: true })
  const reasons = server.all('node.changed').flatMap((change) => change.why?.text ?? [])
  expect(reasons.some((text) => text.startsWith('speaks the legacy wire'))).toBe(true)
  expect(server.all('node.changed').some((change) => change.facts?.era === 'legacy')).toBe(true)
})

test('a modern task goes on over a time in which its server cannot be reached', async () => {
  const { address } = await scripted((rpc, _request, response) => {
    const { id, method } = rpc
    const task = {
      taskId: 'T',
      createdAt: new Date().toISOString(),
      lastUpdatedAt: new Date().toISOString(),
      ttlMs: null,
    }
    if (method === 'server/discover') {
      const capabilities = { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } }
      json(response, id, { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities })
    } else if (method === 'tools/call')
      json(response, id, { resultType: 'task', status: 'working', pollIntervalMs: 50, ...task })
    else if (method === 'tasks/get' && polls++ < 2) response.destroy()
    else if (method === 'tasks/get') {
      json(response, id, { resultType: 'complete', status: 'completed', ...task, result: { content: [] } })
    } else if (method === 'subscriptions/listen') response.writeHead(404).end()
    else return false
    return true
  })
  let polls = 0
  const server = connect({ ...address, era: 'modern' }, { reopenMs: 20 })
  const { id } = await server.start('echo')
  expect(await server.ended(id)).toMatchObject({ to: 'completed' })
  const reasons = server.all('task.changed').flatMap((change) => change.why?.text ?? [])
  expect(reasons).toEqual(['the server cannot be reached', 'the server cannot be reached'])
})
