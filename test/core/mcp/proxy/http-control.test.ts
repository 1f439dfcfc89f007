/** What a person does to a conversation over HTTP: frames of one task held, stepped and released, requests of ours sent. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { SseSplitter } from '../../../../core/mcp/wire/sse.ts'
import { type Answer, type HttpPeers, openHttpPeers } from './http-peers.ts'

interface Message {
  readonly id?: string | number
  readonly method?: string
  readonly params?: { readonly taskId?: string; readonly _meta?: object }
  readonly result?: object
}

let peers: HttpPeers
/** Messages as the server got them. */
let asked: Message[]
/** Streams that clients have open with GET. */
let standing: ServerResponse[]
let answer: Answer

const session = { 'mcp-session-id': 's1', 'mcp-protocol-version': '2025-11-25', authorization: 'Bearer mine' }
const rpc = (fields: object) => JSON.stringify({ jsonrpc: '2.0', ...fields })

/** Polls are answered as JSON, calls make a task, whatever else gets an empty result. */
function answerAll(incoming: IncomingMessage, response: ServerResponse, body: Buffer): void {
  if (incoming.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    standing.push(response)
    return
  }
  const { id, method, params } = JSON.parse(body.toString()) as Message
  asked.push({
    ...(id === undefined ? {} : { id }),
    ...(method === undefined ? {} : { method }),
    ...(params && { params }),
  })
  const task = { taskId: params?.taskId ?? 'a', status: 'working', ttl: null }
  const result = method === 'tools/call' ? { task } : method === 'tasks/get' ? task : {}
  response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's1' })
  response.end(rpc({ id, result }))
}

beforeEach(async () => {
  asked = []
  standing = []
  answer = answerAll
  peers = await openHttpPeers((...exchange) => answer(...exchange))
})
afterEach(() => peers.close())

const post = async (fields: object, headers: Record<string, string> = {}, signal?: AbortSignal) => {
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...session,
    ...headers,
  }
  const response = await fetch(peers.proxy.url, {
    method: 'POST',
    headers: all,
    body: rpc(fields),
    ...(signal && { signal }),
  })
  return (await response.json()) as Message
}
const poll = (id: number, taskId = 'a', signal?: AbortSignal) =>
  post({ id, method: 'tasks/get', params: { taskId } }, {}, signal)
const ids = () => asked.map(({ id }) => id)
/** Once the server has answered this, everything that was sent before it had its chance. */
const turn = () => post({ id: 999, method: 'ping' })

/** Opens the session's own stream and gives what comes on it. */
async function listen() {
  const got: Message[] = []
  let bytes = 0
  const response = await fetch(peers.proxy.url, { headers: { accept: 'text/event-stream', ...session } })
  void (async () => {
    const splitter = new SseSplitter()
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      for (const event of splitter.push(chunk)) if (event.kind === 'event') got.push(JSON.parse(event.data) as Message)
    }
  })().catch(() => undefined)
  await vi.waitFor(() => expect(standing.length).toBeGreaterThan(0))
  return { got, bytes: () => bytes, send: (text: string) => void standing.at(-1)?.write(text) }
}

/** Opens a stream of the session, and gathers the ids of the events that come. */
async function open(headers: Record<string, string> = {}) {
  const leave = new AbortController()
  const response = await fetch(peers.proxy.url, { headers: { ...session, ...headers }, signal: leave.signal })
  const got: (string | undefined)[] = []
  void (async () => {
    const splitter = new SseSplitter()
    for await (const chunk of response.body ?? []) {
      for (const event of splitter.push(chunk)) if (event.kind === 'event') got.push(event.id)
    }
  })().catch(() => undefined)
  return { got, leave: () => leave.abort() }
}

describe('frames of a task that is held', () => {
  test('wait before the server, then before the client, one step each; another task goes on', async () => {
    await post({ id: 0, method: 'tools/call', params: { name: 't', task: {} } })
    peers.watch.hold('a')
    let got: Message | undefined
    const first = poll(1).then((message) => {
      got = message
    })
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    expect(peers.heldFiles()).toHaveLength(1)
    expect(await poll(2, 'b')).toMatchObject({ id: 2, result: { taskId: 'b' } })
    expect(ids()).toEqual([0, 2])
    expect(peers.watch.step('a')).toBe(true)
    await vi.waitFor(() => expect(ids()).toEqual([0, 2, 1]))
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    await turn()
    expect(got).toBeUndefined()
    expect(peers.watch.step('a')).toBe(true)
    await first
    expect(got).toMatchObject({ id: 1, result: { status: 'working' } })
    expect(peers.watch.step('a')).toBe(false)
    expect(peers.heldFiles()).toEqual([])
  })

  test('go on in order when they are let go, with every header and every byte', async () => {
    peers.watch.hold('a')
    const polls = [poll(1), poll(2), poll(3)]
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 3, undefined]))
    peers.watch.releaseAll('the application has gone')
    expect((await Promise.all(polls)).map(({ id }) => id)).toEqual([1, 2, 3])
    expect(peers.told.at(-1)).toEqual(['a', undefined, 'the application has gone'])
    expect(peers.seen.at(-1)?.headers).toMatchObject({ authorization: 'Bearer mine', 'mcp-session-id': 's1' })
    expect(peers.heldFiles()).toEqual([])
  })

  test('are told apart in a stream that was open before, event by event', async () => {
    const { got, bytes, send } = await listen()
    const notice = (taskId: string) =>
      `event: message\ndata: ${rpc({ method: 'notifications/tasks/status', params: { taskId } })}\n\n`
    send(notice('a').slice(0, 20))
    await vi.waitFor(() => expect(bytes()).toBe(20))
    peers.watch.hold('a')
    // This one has begun to pass.
    send(notice('a').slice(20))
    await vi.waitFor(() => expect(got).toHaveLength(1))
    send(`${notice('a')}${notice('b')}: alive\n\n`)
    await vi.waitFor(() => expect(got.map(({ params }) => params?.taskId)).toEqual(['a', 'b']))
    peers.watch.release('a')
    await vi.waitFor(() => expect(got.map(({ params }) => params?.taskId)).toEqual(['a', 'b', 'a']))
  })

  test('keep their answer’s stream open until the last of them has passed', async () => {
    answer = (_incoming, response, body) => {
      const { id } = JSON.parse(body.toString()) as Message
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`data: ${rpc({ id, result: { taskId: 'a', status: 'working' } })}\n\n`)
    }
    const pending = fetch(peers.proxy.url, {
      method: 'POST',
      headers: session,
      body: rpc({ id: 1, method: 'tasks/get', params: { taskId: 'a' } }),
    })
    const response = await pending
    expect(await response.text()).toContain('"working"')
    peers.watch.hold('a')
    const second = fetch(peers.proxy.url, {
      method: 'POST',
      headers: session,
      body: rpc({ id: 2, method: 'tasks/get', params: { taskId: 'a' } }),
    })
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    peers.watch.step('a')
    const held = await second
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    peers.watch.release('a')
    expect(await held.text()).toBe(`data: ${rpc({ id: 2, result: { taskId: 'a', status: 'working' } })}\n\n`)
  })

  test('are dropped with the client that waited for them', async () => {
    peers.watch.hold('a')
    const leave = new AbortController()
    const left = poll(1, 'a', leave.signal).catch(() => 'left')
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    leave.abort()
    expect(await left).toBe('left')
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 0, undefined]))
    peers.watch.release('a')
    await turn()
    expect(ids()).toEqual([999])
  })

  test('of a stream that breaks come again when it is resumed, and are still held', async () => {
    const events = ['b', 'a'].map((taskId, index) => {
      const notice = rpc({ method: 'notifications/tasks/status', params: { taskId, status: 'working' } })
      return `id: ${index + 1}\ndata: ${notice}\n\n`
    })
    answer = (incoming, response) => {
      const last = Number(incoming.headers['last-event-id'] ?? 0)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(events.slice(last).join(''))
    }
    peers.watch.hold('a')
    const first = await open()
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    await vi.waitFor(() => expect(first.got).toEqual(['1']))
    first.leave()
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 0, undefined]))
    const second = await open({ 'last-event-id': '1' })
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    peers.watch.release('a')
    await vi.waitFor(() => expect(second.got).toEqual(['2']))
    second.leave()
  })

  test('of a stream that breaks wait for the next one where the server does not tell them again', async () => {
    const notice = (taskId: string) =>
      rpc({ method: 'notifications/tasks/status', params: { taskId, status: 'working' } })
    const events = [`data: ${notice('a')}\n\n`, `id: 1\ndata: ${notice('a')}\n\n`, `id: 2\ndata: ${notice('b')}\n\n`]
    const later = `id: 3\ndata: ${notice('a')}\n\n`
    answer = (incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      response.write(incoming.headers['last-event-id'] === '2' ? later : `${events.join('')}${later}`)
    }
    peers.watch.hold('a')
    const first = await open()
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 3, undefined]))
    await vi.waitFor(() => expect(first.got).toEqual(['2']))
    first.leave()
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 0, undefined]))
    const second = await open({ 'last-event-id': '2' })
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 3, undefined]))
    second.leave()
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 0, undefined]))
    const third = await open({ 'last-event-id': '2' })
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 3, undefined]))
    peers.watch.release('a')
    await vi.waitFor(() => expect(third.got).toEqual([undefined, undefined, '3']))
    third.leave()
    const analysis = new CaptureAnalysis()
    for (const line of peers.lines) analysis.push(line)
    // Two that came once, and one that came three times under one id.
    expect(analysis.finish().tasks.a?.statusNotifications).toBe(3)
  })

  test('pass when their body is compressed, once it has been looked into', async () => {
    answer = (incoming, response, body) => {
      if (incoming.method === 'GET') {
        answerAll(incoming, response, body)
        return
      }
      const { id } = JSON.parse(body.toString()) as Message
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(gzipSync(rpc({ id, result: { taskId: 'a', status: 'working' } })))
    }
    peers.watch.hold('a')
    const got = poll(1)
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    peers.watch.step('a')
    await vi.waitFor(() => expect(peers.told.at(-1)).toEqual(['a', 1, undefined]))
    peers.watch.step('a')
    expect(await got).toMatchObject({ id: 1 })
  })

  test('of a compressed stream cannot be held, and the wish is refused', async () => {
    answer = (_incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }).flushHeaders()
    }
    const leave = new AbortController()
    await fetch(peers.proxy.url, { headers: session, signal: leave.signal })
    expect(peers.watch.hold('a')).toContain('compresses')
    leave.abort()
    await vi.waitFor(() => expect(peers.watch.hold('a')).toBeUndefined())
  })
})

describe('a request of ours', () => {
  const ended = () => {
    let tell: (end: unknown) => void = () => undefined
    const end = new Promise<unknown>((resolve) => {
      tell = resolve
    })
    return { end, tell: (how: unknown) => tell(how) }
  }
  const injected = () =>
    peers.lines
      .map((line) => JSON.parse(line) as { dir?: string; injected?: boolean; msg?: Message; http?: object })
      .filter(({ dir }) => dir === 'dbg2s' || dir === 's2dbg')

  test('goes in the client’s own session, is marked, and its answer stays here', async () => {
    await post({ id: 0, method: 'tools/call', params: { name: 't', task: {} } })
    await post({ id: 'ts:1', method: 'ping' }, { authorization: 'Bearer other', 'mcp-session-id': 's2' })
    const { end, tell } = ended()
    expect(peers.watch.inject('tasks/cancel', { taskId: 'a' }, tell)).toBe('ts::1')
    expect(await end).toEqual({ ok: true })
    expect(asked.at(-1)).toEqual({ id: 'ts::1', method: 'tasks/cancel', params: { taskId: 'a' } })
    expect(peers.seen.at(-1)?.headers).toMatchObject(session)
    expect(injected()).toMatchObject([
      { dir: 'dbg2s', injected: true, msg: { id: 'ts::1', method: 'tasks/cancel' } },
      { dir: 's2dbg', injected: true, msg: { id: 'ts::1' } },
    ])
    expect(peers.lines.join('')).not.toContain('Bearer')
  })

  test('speaks the modern wire as its client does', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      progressToken: 1,
    }
    answer = (_incoming, response, body) => {
      const { id, method, params } = JSON.parse(body.toString()) as Message
      asked.push({
        ...(id === undefined ? {} : { id }),
        ...(method === undefined ? {} : { method }),
        ...(params && { params }),
      })
      const created = { resultType: 'task', taskId: 'm', status: 'working', ttlMs: null }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(rpc({ id, result: method === 'tools/call' ? created : { resultType: 'complete' } }))
    }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 't' }
    await post({ id: 1, method: 'tools/call', params: { name: 't', _meta } }, headers)
    const { end, tell } = ended()
    peers.watch.inject('tasks/cancel', { taskId: 'm' }, tell)
    expect(await end).toEqual({ ok: true })
    expect(peers.seen.at(-1)?.headers).toMatchObject({ 'mcp-method': 'tasks/cancel', 'mcp-name': 'm' })
    expect(Object.keys(asked.at(-1)?.params?._meta ?? {})).toEqual([
      'io.modelcontextprotocol/protocolVersion',
      'io.modelcontextprotocol/clientCapabilities',
    ])
  })

  test('brings the client the question that comes with it, at once or with its next stream', async () => {
    const question = rpc({ id: 7, method: 'elicitation/create', params: { message: 'Which?' } })
    answer = (incoming, response, body) => {
      const { id, method } = JSON.parse(body.toString() || '{}') as Message
      if (method !== 'tasks/result') {
        answerAll(incoming, response, body)
        return
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`id: x1\nevent: message\ndata: ${question}\n\n`)
      response.end(`event: message\ndata: ${rpc({ id, result: { content: [] } })}\n\n`)
    }
    await post({ id: 0, method: 'tools/call', params: { name: 't', task: {} } })
    const before = ended()
    peers.watch.inject('tasks/result', { taskId: 'a' }, before.tell)
    expect(await before.end).toEqual({ ok: true })
    const { got } = await listen()
    await vi.waitFor(() => expect(got).toMatchObject([{ id: 7, method: 'elicitation/create' }]))
    const after = ended()
    peers.watch.inject('tasks/result', { taskId: 'a' }, after.tell)
    expect(await after.end).toEqual({ ok: true })
    await vi.waitFor(() => expect(got.map(({ id }) => id)).toEqual([7, 7]))
    expect(injected().map(({ msg }) => msg?.method ?? 'answer')).toEqual([
      'tasks/result',
      'answer',
      'tasks/result',
      'answer',
    ])
  })

  test('tells what went wrong', async () => {
    const nobody = ended()
    peers.watch.inject('tasks/cancel', { taskId: 'a' }, nobody.tell)
    expect(await nobody.end).toEqual({ ok: false, error: 'no client has spoken yet' })
    await post({ id: 0, method: 'ping' })
    answer = (_incoming, response) => response.writeHead(404).end()
    const gone = ended()
    peers.watch.inject('tasks/cancel', { taskId: 'a' }, gone.tell)
    expect(await gone.end).toEqual({ ok: false, error: 'HTTP 404' })
    answer = (_incoming, response) => void response.destroy()
    const broken = ended()
    peers.watch.inject('tasks/cancel', { taskId: 'a' }, broken.tell)
    expect(await broken.end).toMatchObject({ ok: false })
  })
})
