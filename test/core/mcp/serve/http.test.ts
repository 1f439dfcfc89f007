/** Streamable HTTP, with nothing of ours at the other end. */
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLab, type Lab } from '../../../../core/mcp/lab/lab-server.ts'
import { type HttpServing, serveHttp } from '../../../../core/mcp/serve/http-server.ts'
import { SseSplitter } from '../../../../core/mcp/wire/sse.ts'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { createFakeTime } from '../../../support/fake-time.ts'
import { modernMeta } from '../lab/lab-client.ts'

interface Message {
  readonly id?: string | number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number }
}

let lab: Lab
let serving: HttpServing
let events: TaskEvent[]
let ids = 0
const aborts: AbortController[] = []

beforeEach(async () => {
  events = []
  lab = createLab({ version: '0', sink: (event) => events.push(event) })
  serving = await serveHttp(lab.server, 0)
})

afterEach(async () => {
  for (const abort of aborts.splice(0)) abort.abort()
  await serving.close()
  await lab.close()
})

function post(body: object | string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal) {
  return fetch(serving.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify({ jsonrpc: '2.0', ...body }),
    ...(signal === undefined ? {} : { signal }),
  })
}

function ask(method: string, params: object, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal) {
  ids += 1
  return post({ id: ids, method, params }, headers, signal)
}

async function open(): Promise<Readonly<Record<string, string>>> {
  const capabilities = { elicitation: {} }
  const answer = await ask('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 't' } })
  const session = answer.headers.get('mcp-session-id') ?? ''
  expect(session).not.toBe('')
  return { 'mcp-session-id': session }
}

async function read(response: Promise<Response>): Promise<Message> {
  return (await (await response).json()) as Message
}

function taskIdOf({ result }: Message): string {
  return (result?.task as { readonly taskId: string } | undefined)?.taskId ?? ''
}

function modern(
  method: string,
  params: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, string>> = {},
) {
  const name = params.name ?? params.taskId
  const headers = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(typeof name === 'string' && { 'mcp-name': name }),
    ...more,
  }
  const abort = new AbortController()
  aborts.push(abort)
  return { abort, response: ask(method, { _meta: modernMeta, ...params }, headers, abort.signal) }
}

/** The messages of an event stream, as they come. */
async function* stream(response: Response): AsyncGenerator<Message> {
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const splitter = new SseSplitter()
  for await (const chunk of response.body ?? []) {
    for (const event of splitter.push(chunk)) if (event.kind === 'event') yield JSON.parse(event.data) as Message
  }
}

async function next(messages: AsyncGenerator<Message>): Promise<Message> {
  const { value } = (await messages.next()) as { readonly value: Message | undefined }
  if (value === undefined) throw new Error('the stream has ended')
  return value
}

/** `fetch` chooses `Host` by itself; a page that was rebound does not. */
function statusWith(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { port: serving.port, host: '127.0.0.1', path: '/mcp', method: 'POST', headers }
    const sent = request(options, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end('{"jsonrpc":"2.0","id":1,"method":"ping"}')
  })
}

describe('who may speak', () => {
  const json = { 'content-type': 'application/json' }
  test.each([
    ['a name that was made to point here', { host: 'evil.example' }, 403],
    ['another port', { host: '127.0.0.1:1' }, 403],
    ['a page of elsewhere', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a local name and no page', {}, 400],
    ['a local page', { origin: 'http://localhost:6274' }, 400],
  ])('%s: HTTP %#', async (_who, headers, status) => {
    expect(await statusWith({ ...json, host: `localhost:${serving.port}`, ...headers })).toBe(status)
  })
})

test.each([
  ['text', 400, 'nonsense', {}],
  ['two messages at once', 400, '[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]', {}],
  ['another type', 415, '{}', { 'content-type': 'text/plain' }],
  ['a session that is not there', 404, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', { 'mcp-session-id': 'x' }],
  [
    'a version that is not spoken',
    400,
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    { 'mcp-protocol-version': '1999-01-01' },
  ],
  ['no session', 400, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', {}],
])('%s is refused with HTTP %i', async (_what, status, body, headers) => {
  expect((await post(body, headers)).status).toBe(status)
})

test('other paths and other methods are refused', async () => {
  expect((await fetch(serving.url.replace('/mcp', '/'))).status).toBe(404)
  expect((await fetch(serving.url, { method: 'PUT' })).status).toBe(405)
})

test('in a session, statuses come on its stream and questions on tasks/result', async () => {
  const session = await open()
  const stop = new AbortController()
  aborts.push(stop)
  const pushed = stream(await fetch(serving.url, { headers: session, signal: stop.signal }))
  const call = { name: 'confirm_delete', arguments: { filename: 'a' }, task: {} }
  const created = await read(ask('tools/call', call, session))
  const taskId = taskIdOf(created)
  expect(await next(pushed)).toMatchObject({ method: 'notifications/tasks/status', params: { taskId } })
  const waiting = stream(await ask('tasks/result', { taskId }, session))
  const question = await next(waiting)
  expect(question).toMatchObject({ method: 'elicitation/create', params: { message: 'Delete a?' } })
  const answer = { id: question.id, result: { action: 'accept', content: { confirm: true } } }
  expect((await post(answer, session)).status).toBe(202)
  expect(await next(waiting)).toMatchObject({ result: { content: [{ text: 'Deleted a' }] } })
})

test('sessions do not see the tasks of one another, and with its session a task ends', async () => {
  const [mine, other] = [await open(), await open()]
  const call = { name: 'slow_compute', arguments: { seconds: 60 }, task: {} }
  const created = await read(ask('tools/call', call, mine))
  const taskId = taskIdOf(created)
  expect(await read(ask('tasks/get', { taskId }, other))).toMatchObject({ error: { code: -32602 } })
  expect(await read(ask('tasks/list', {}, other))).toMatchObject({ result: { tasks: [] } })
  expect((await fetch(serving.url, { method: 'DELETE', headers: mine })).status).toBe(200)
  expect((await ask('tasks/get', { taskId }, mine)).status).toBe(404)
  await vi.waitFor(() =>
    expect(events).toContainEqual(expect.objectContaining({ kind: 'task.state', to: 'cancelled' })),
  )
})

test('modern refusals carry the status that their code asks for', async () => {
  const unknown = await modern('tasks/list', {}).response
  expect([unknown.status, ((await unknown.json()) as Message).error?.code]).toEqual([404, -32601])
  const mismatch = await modern('tasks/get', { taskId: 'a' }, { 'mcp-name': 'b' }).response
  expect([mismatch.status, ((await mismatch.json()) as Message).error?.code]).toEqual([400, -32020])
})

test('a response that takes long says so now and then, until its answer', async () => {
  const time = createFakeTime()
  const patient = await serveHttp(lab.server, 0, time)
  const call = { name: 'confirm_delete', arguments: { filename: 'a' } }
  const created = (await (await modern('tools/call', call).response).json()) as Message
  const headers = { 'content-type': 'application/json', 'mcp-protocol-version': '2026-07-28' }
  const listen = { method: 'subscriptions/listen', params: { notifications: { taskIds: [created.result?.taskId] } } }
  const stop = new AbortController()
  aborts.push(stop)
  const response = await fetch(patient.url, {
    method: 'POST',
    headers: { ...headers, 'mcp-method': listen.method },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...listen, params: { ...listen.params, _meta: modernMeta } }),
    signal: stop.signal,
  })
  const reader = response.body?.getReader()
  let text = ''
  for (let round = 0; round < 20 && text.split(': still here').length < 3; round += 1) {
    await time.advance(15_000)
    text += new TextDecoder().decode((await reader?.read())?.value)
  }
  expect(text.split(': still here').length).toBeGreaterThanOrEqual(3)
  const closed = patient.close()
  await time.advance(1000)
  await closed
})

test('a modern subscription is a stream, which tells the end of its task', async () => {
  const created = (await (
    await modern('tools/call', { name: 'slow_compute', arguments: { seconds: 0.2 } }).response
  ).json()) as Message
  const taskId = created.result?.taskId
  const told = stream(await modern('subscriptions/listen', { notifications: { taskIds: [taskId] } }).response)
  expect(await next(told)).toMatchObject({ method: 'notifications/subscriptions/acknowledged' })
  for (let message = await next(told); message.params?.status !== 'completed'; message = await next(told)) {
    expect(message).toMatchObject({ method: 'notifications/tasks', params: { taskId, status: 'working' } })
  }
})

test('a client that goes away ends the call that it waited for, and no task', async () => {
  const undeclared = { ...modernMeta, 'io.modelcontextprotocol/clientCapabilities': {} }
  const call = { name: 'slow_compute', arguments: { seconds: 60 } }
  await modern('tools/call', call).response
  const plain = modern('tools/call', { ...call, _meta: undeclared })
  const gone = plain.response.catch(() => undefined)
  const running = () => events.filter((event) => event.kind === 'task.state' && event.to === 'running').length
  await vi.waitFor(() => expect(running()).toBe(2))
  plain.abort.abort()
  await gone
  await vi.waitFor(() =>
    expect(events.filter((event) => event.kind === 'task.state' && event.to === 'cancelled')).toHaveLength(1),
  )
})
