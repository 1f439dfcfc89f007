/** The modern wire, as the lab speaks it. */
import { afterEach, expect, test } from 'vitest'
import { isRecord, type JsonRecord } from '../../../../core/mcp/wire/json-record.ts'
import { createLabClient, createModern, type LabClient, modernClient, modernMeta, statusOf } from './lab-client.ts'

const extension = 'io.modelcontextprotocol/tasks'
const versionKey = 'io.modelcontextprotocol/protocolVersion'
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'
let client: LabClient | undefined

afterEach(async () => {
  await client?.close()
  expect(client?.time.pending()).toBe(0)
  client = undefined
})

function open(): LabClient {
  client = modernClient()
  return client
}

function keysOf(task: JsonRecord): readonly string[] {
  return Object.keys(isRecord(task.inputRequests) ? task.inputRequests : {})
}

const undeclared = { [versionKey]: '2026-07-28', [capabilitiesKey]: {} }
const accept = (content: JsonRecord) => ({ action: 'accept', content })

test('what the server can do is told without a session', async () => {
  expect(await open().result('server/discover')).toMatchObject({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { extensions: { [extension]: {} } },
  })
})

test('a task is there at once, and its end holds its result', async () => {
  const peer = open()
  const created = await peer.result('tools/call', { name: 'slow_compute', arguments: { seconds: 1 } })
  expect(created).toMatchObject({ resultType: 'task', status: 'working', pollIntervalMs: 500 })
  const { taskId } = created
  expect(await peer.result('tasks/get', { taskId })).toMatchObject({ resultType: 'complete', status: 'working' })
  await peer.time.advance(1500)
  expect(await peer.result('tasks/get', { taskId })).toMatchObject({
    status: 'completed',
    result: { resultType: 'complete', content: [{ type: 'text', text: 'Computed it for 1 s' }] },
  })
})

test('an error of the tool completes its task, an error of the protocol fails it', async () => {
  const peer = open()
  const failing = await createModern(peer, 'failing_job')
  const broken = await createModern(peer, 'protocol_error_job')
  await peer.time.advance(1500)
  expect(await peer.result('tasks/get', { taskId: failing })).toMatchObject({
    status: 'completed',
    result: { isError: true },
  })
  const failed = await peer.result('tasks/get', { taskId: broken })
  expect(failed).toMatchObject({ status: 'failed', error: { code: -32603 } })
  expect(failed.result).toBeUndefined()
})

test('questions are answered one by one, in any order, and unknown keys change nothing', async () => {
  const peer = open()
  const taskId = await createModern(peer, 'multi_input')
  await peer.time.settle()
  const [first = '', second = ''] = keysOf(await peer.result('tasks/get', { taskId }))
  expect(await peer.result('tasks/update', { taskId, inputResponses: { other: accept({}) } })).toEqual({
    resultType: 'complete',
  })
  expect(keysOf(await peer.result('tasks/get', { taskId }))).toEqual([first, second])
  await peer.result('tasks/update', { taskId, inputResponses: { [second]: accept({ confirm: true }) } })
  const half = await peer.result('tasks/get', { taskId })
  expect(half.status).toBe('input_required')
  expect(keysOf(half)).toEqual([first])
  await peer.result('tasks/update', { taskId, inputResponses: { [first]: accept({ name: 'Ada' }) } })
  expect(await statusOf(peer, taskId)).toBe('completed')
})

test('keys are never used again', async () => {
  const peer = open()
  const taskId = await createModern(peer, 'ask_twice')
  await peer.time.settle()
  const [first = ''] = keysOf(await peer.result('tasks/get', { taskId }))
  await peer.result('tasks/update', { taskId, inputResponses: { [first]: accept({ confirm: true }) } })
  const [second = ''] = keysOf(await peer.result('tasks/get', { taskId }))
  expect(second).not.toBe(first)
})

test('a cancel is acknowledged at once, comes true in its own time, and may be repeated', async () => {
  const peer = open()
  const taskId = await createModern(peer, 'slow_compute', { seconds: 60 })
  await peer.time.advance(250)
  expect(await peer.result('tasks/cancel', { taskId })).toEqual({ resultType: 'complete' })
  await peer.time.advance(1000)
  expect(await statusOf(peer, taskId)).toBe('cancelled')
  expect(await peer.result('tasks/cancel', { taskId })).toEqual({ resultType: 'complete' })
})

test('a call without the extension runs to its end, and asks by round trips', async () => {
  const peer = open()
  const elicits = { [versionKey]: '2026-07-28', [capabilitiesKey]: { elicitation: {} } }
  const call = { name: 'confirm_delete', arguments: { filename: 'c' }, _meta: elicits }
  const asked = await peer.result('tools/call', call)
  expect(asked.resultType).toBe('input_required')
  const [key = ''] = keysOf(asked)
  const again = { ...call, requestState: asked.requestState, inputResponses: { [key]: accept({ confirm: true }) } }
  expect(await peer.result('tools/call', again)).toMatchObject({
    resultType: 'complete',
    content: [{ text: 'Deleted c' }],
  })
})

test('what is missing is asked for before there is a task, and is part of what the task gets', async () => {
  const peer = open()
  const call = { name: 'test_tool_with_task', arguments: {} }
  const asked = await peer.result('tools/call', call)
  expect(asked).toMatchObject({ resultType: 'input_required' })
  expect(asked.taskId).toBeUndefined()
  const [key = ''] = keysOf(asked)
  const created = await peer.result('tools/call', { ...call, inputResponses: { [key]: accept({ name: 'Ada' }) } })
  expect(created).toMatchObject({ resultType: 'task' })
  await peer.time.advance(500)
  const { taskId } = created
  expect(await peer.result('tasks/get', { taskId })).toMatchObject({
    result: { content: [{ text: 'Hello, Ada, from a task' }] },
  })
})

test('a subscription is acknowledged first, then tells every change of its tasks and of no other', async () => {
  const peer = open()
  const taskId = await createModern(peer, 'slow_compute', { seconds: 1 })
  await createModern(peer, 'slow_compute', { seconds: 1 })
  const listen = peer.send('subscriptions/listen', { notifications: { taskIds: [taskId, 'unknown'] } })
  await peer.time.advance(2000)
  const own = peer.heard.filter((message) => message.kind === 'notification')
  expect(own[0]).toMatchObject({
    method: 'notifications/subscriptions/acknowledged',
    params: { notifications: { taskIds: [taskId] } },
  })
  const told = peer.notices('notifications/tasks')
  expect(new Set(told.map((task) => task.taskId))).toEqual(new Set([taskId]))
  expect(told.at(-1)).toMatchObject({
    status: 'completed',
    result: { content: [{}] },
    _meta: { 'io.modelcontextprotocol/subscriptionId': listen },
  })
  expect(peer.answerTo(listen)).toBeUndefined()
})

test.each([
  ['a method of the other wire', 'tasks/result', { taskId: 'x' }, -32601],
  ['a list of tasks', 'tasks/list', {}, -32601],
  ['a task that is not there', 'tasks/get', { taskId: 'x' }, -32602],
  ['an update of a task that is not there', 'tasks/update', { taskId: 'x', inputResponses: {} }, -32602],
  ['a cancel of a task that is not there', 'tasks/cancel', { taskId: 'x' }, -32602],
  ['a tool that is not there', 'tools/call', { name: 'x' }, -32602],
  ['a request without capabilities', 'tools/list', { _meta: { [versionKey]: '2026-07-28' } }, -32602],
  [
    'a version that is not spoken',
    'tools/list',
    { _meta: { [versionKey]: '2031-01-01', [capabilitiesKey]: {} } },
    -32022,
  ],
  ['tasks/get without the extension', 'tasks/get', { taskId: 'x', _meta: undeclared }, -32021],
  ['a tool that needs a task without the extension', 'tools/call', { name: 'failing_job', _meta: undeclared }, -32021],
  [
    'a subscription to tasks without the extension',
    'subscriptions/listen',
    { notifications: { taskIds: [] }, _meta: undeclared },
    -32021,
  ],
])('%s is refused', async (_what, method, params, code) => {
  expect(await open().code(method, params)).toBe(code)
})

test.each([
  ['another method', { 'mcp-method': 'tasks/cancel' }],
  ['another name', { 'mcp-name': 'other' }],
  ['no name', { 'mcp-name': undefined }],
  ['another version', { 'mcp-protocol-version': '2025-11-25' }],
])('headers that tell of %s than the body are refused', async (_what, change) => {
  const peer = open()
  const headers = { 'mcp-method': 'tools/call', 'mcp-name': 'greet', 'mcp-protocol-version': '2026-07-28', ...change }
  const known = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const id = peer.send('tools/call', { name: 'greet', arguments: { name: 'x' } }, new Map(known))
  expect(peer.answerTo(id)).toMatchObject({ error: { code: -32020 } })
})

test('names that are not plain ASCII may travel encoded in their header', () => {
  const peer = open()
  const name = `=?base64?${Buffer.from('grüße').toString('base64')}?=`
  const headers = new Map([
    ['mcp-method', 'tools/call'],
    ['mcp-name', name],
    ['mcp-protocol-version', '2026-07-28'],
  ])
  const id = peer.send('tools/call', { name: 'grüße', arguments: {} }, headers)
  expect(peer.answerTo(id)).toMatchObject({ error: { code: -32602 } })
})

test('a modern task is nothing to a legacy session on the same connection', async () => {
  client = createLabClient()
  const created = await client.result('tools/call', {
    name: 'slow_compute',
    arguments: { seconds: 1 },
    _meta: modernMeta,
  })
  await client.result('initialize', { protocolVersion: '2025-11-25', capabilities: {} })
  expect(await client.code('tasks/get', { taskId: created.taskId })).toBe(-32602)
})

test('the trace context of a call is that of its task', async () => {
  const peer = open()
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const meta = { ...modernMeta, traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
  await peer.result('tools/call', { name: 'slow_compute', arguments: { seconds: 1 }, _meta: meta })
  expect(peer.events).toContainEqual(expect.objectContaining({ trace: expect.objectContaining({ traceId }) }))
})
