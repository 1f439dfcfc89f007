/** The legacy wire, as the lab speaks it. */
import { afterEach, expect, test } from 'vitest'
import { createLegacy, type LabClient, legacyClient, statusOf } from './lab-client.ts'

const related = (taskId: string) => ({ _meta: { 'io.modelcontextprotocol/related-task': { taskId } } })
let client: LabClient | undefined

afterEach(async () => {
  await client?.close()
  expect(client?.time.pending()).toBe(0)
  client = undefined
})

async function open(...options: Parameters<typeof legacyClient>): Promise<LabClient> {
  client = await legacyClient(...options)
  return client
}

test('a task goes from created over working to its result, which can be fetched again and again', async () => {
  const peer = await open()
  const taskId = await createLegacy(peer, 'slow_compute', { seconds: 1 })
  expect(await peer.result('tasks/get', { taskId })).toMatchObject({ taskId, status: 'working', pollInterval: 500 })
  const waiting = peer.send('tasks/result', { taskId })
  await peer.time.advance(550)
  expect(peer.answerTo(waiting)).toBeUndefined()
  expect(await peer.result('tasks/get', { taskId })).toMatchObject({ statusMessage: 'computing (5 of 10)' })
  await peer.time.advance(600)
  const expected = { content: [{ type: 'text', text: 'Computed it for 1 s' }], ...related(taskId) }
  expect(peer.answerTo(waiting)).toMatchObject({ result: expected })
  expect(await peer.result('tasks/result', { taskId })).toEqual(expected)
  expect(await statusOf(peer, taskId)).toBe('completed')
  expect(peer.notices('notifications/tasks/status').at(-1)).toMatchObject({ taskId, status: 'completed' })
})

test('a question waits for tasks/result to be opened, and its answer lets the task go on', async () => {
  const peer = await open()
  const taskId = await createLegacy(peer, 'confirm_delete', { filename: 'a.txt' })
  await peer.time.settle()
  expect(await statusOf(peer, taskId)).toBe('input_required')
  expect(peer.questions()).toEqual([])
  const waiting = peer.send('tasks/result', { taskId })
  const [question] = peer.questions()
  expect(question).toMatchObject({
    method: 'elicitation/create',
    params: { message: 'Delete a.txt?', requestedSchema: { type: 'object' }, ...related(taskId) },
  })
  peer.respond(question?.id ?? '', { action: 'accept', content: { confirm: true }, ...related(taskId) })
  await peer.time.settle()
  expect(peer.answerTo(waiting)).toMatchObject({ result: { content: [{ text: 'Deleted a.txt' }] } })
})

test('a question whose tasks/result was cancelled is asked again on the next one', async () => {
  const peer = await open()
  const taskId = await createLegacy(peer, 'confirm_delete', { filename: 'a.txt' })
  await peer.time.settle()
  const first = peer.send('tasks/result', { taskId })
  peer.notify('notifications/cancelled', { requestId: first })
  const second = peer.send('tasks/result', { taskId })
  expect(peer.questions()).toHaveLength(2)
  peer.respond(peer.questions()[1]?.id ?? '', { action: 'decline' })
  await peer.time.settle()
  expect(peer.answerTo(first)).toBeUndefined()
  expect(peer.answerTo(second)).toMatchObject({ result: { content: [{ text: 'Kept a.txt' }] } })
})

test('a client that takes no questions is not kept waiting for one', async () => {
  const peer = await open({}, {})
  const taskId = await createLegacy(peer, 'confirm_delete', { filename: 'a.txt' })
  await peer.time.settle()
  expect(await statusOf(peer, taskId)).toBe('completed')
})

test('a cancel is told at once, reaches the work, and cannot be repeated', async () => {
  const peer = await open()
  const taskId = await createLegacy(peer, 'slow_compute', { seconds: 60 })
  await peer.time.advance(300)
  expect(await peer.result('tasks/cancel', { taskId })).toMatchObject({ taskId, status: 'cancelled' })
  expect(await peer.code('tasks/cancel', { taskId })).toBe(-32602)
  await peer.time.advance(1000)
  expect(peer.events.flatMap((event) => (event.kind === 'task.state' ? [event.to] : [])).at(-1)).toBe('cancelled')
  expect(await peer.result('tasks/result', { taskId })).toMatchObject({ isError: true, ...related(taskId) })
})

test('a tool that throws makes its task failed with a result, an error with a code stays an error', async () => {
  const peer = await open()
  const failing = await createLegacy(peer, 'failing_job')
  const broken = await createLegacy(peer, 'protocol_error_job')
  await peer.time.advance(1500)
  expect(await statusOf(peer, failing)).toBe('failed')
  expect(await peer.result('tasks/result', { taskId: failing })).toMatchObject({ isError: true })
  expect(await statusOf(peer, broken)).toBe('failed')
  expect(await peer.code('tasks/result', { taskId: broken })).toBe(-32603)
})

test.each([
  [
    'a task of a tool that only runs plainly',
    'tools/call',
    { name: 'greet', arguments: { name: 'x' }, task: {} },
    -32601,
  ],
  ['a plain call of a tool that only runs as a task', 'tools/call', { name: 'failing_job', arguments: {} }, -32601],
  ['a tool that is not there', 'tools/call', { name: 'nothing', arguments: {} }, -32602],
  ['a task that is not there', 'tasks/get', { taskId: 'nothing' }, -32602],
  ['the result of a task that is not there', 'tasks/result', { taskId: 'nothing' }, -32602],
  ['a cursor that is none', 'tasks/list', { cursor: 'nothing' }, -32602],
  ['a method that is not there', 'tasks/pause', {}, -32601],
])('%s is refused', async (_what, method, params, code) => {
  const peer = await open()
  expect(await peer.code(method, params)).toBe(code)
})

test('all tasks are listed, page by page', async () => {
  const peer = await open()
  const made = []
  for (let count = 0; count < 60; count += 1) made.push(await createLegacy(peer, 'silent_job', { seconds: 1 }))
  const first = await peer.result('tasks/list')
  const second = await peer.result('tasks/list', { cursor: first.nextCursor })
  const listed = [first, second].flatMap((page) => page.tasks as { readonly taskId: string }[])
  expect(listed.map((task) => task.taskId)).toEqual(made)
  expect(second.nextCursor).toBeUndefined()
})

test('the progress of a task is told under the token of its call', async () => {
  const peer = await open()
  const taskId = await createLegacy(peer, 'slow_compute', { seconds: 1 }, { _meta: { progressToken: 'mine' } })
  await peer.time.advance(2000)
  const told = peer.notices('notifications/progress')
  expect(told.length).toBeGreaterThan(3)
  expect(told[0]).toMatchObject({ progressToken: 'mine', total: 10, ...related(taskId) })
})

test('a plain call asks on its own request, and ends with its client', async () => {
  const peer = await open()
  const call = peer.send('tools/call', { name: 'confirm_delete', arguments: { filename: 'b' } })
  await peer.time.settle()
  peer.respond(peer.questions()[0]?.id ?? '', { action: 'accept', content: { confirm: true } })
  await peer.time.settle()
  expect(peer.answerTo(call)).toMatchObject({ result: { content: [{ text: 'Deleted b' }] } })
  peer.send('tools/call', { name: 'slow_compute', arguments: { seconds: 60 } })
  await peer.time.advance(500)
  peer.leave()
  await peer.time.advance(500)
  expect(peer.events.flatMap((event) => (event.kind === 'task.state' ? [event.to] : [])).at(-1)).toBe('cancelled')
})

test('a field that is missing is asked for before anything runs', async () => {
  const peer = await open()
  const call = peer.send('tools/call', { name: 'test_tool_with_task', arguments: {}, task: {} })
  await peer.time.settle()
  expect(peer.events.filter(({ kind }) => kind === 'task.created')).toEqual([])
  const [question] = peer.questions()
  expect(question?.params).toMatchObject({ requestedSchema: { required: ['name'] } })
  peer.respond(question?.id ?? '', { action: 'accept', content: { name: 'Ada' } })
  await peer.time.settle()
  const answer = peer.answerTo(call)
  expect(answer).toMatchObject({ result: { task: { status: 'working' } } })
})

test('a ttl is granted as asked, and a task is gone with its end', async () => {
  const peer = await open()
  const taskId = await createLegacy(peer, 'slow_compute', { seconds: 60 }, { task: { ttl: 2000 } })
  expect(await peer.result('tasks/get', { taskId })).toMatchObject({ ttl: 2000 })
  await peer.time.advance(2500)
  expect(await peer.code('tasks/get', { taskId })).toBe(-32602)
  expect(peer.events.flatMap((event) => (event.kind === 'task.state' ? [event.to] : [])).at(-1)).toBe('cancelled')
})

test('a task that is held stays working and says so, goes on by a step, and ends when released', async () => {
  const peer = await open()
  const taskId = await createLegacy(peer, 'slow_compute', { seconds: 1 })
  await peer.time.advance(250)
  await peer.result('tools/call', { name: 'suspend_task', arguments: { taskId } })
  await peer.time.advance(5000)
  const held = await peer.result('tasks/get', { taskId })
  expect(held).toMatchObject({ status: 'working' })
  expect(held.statusMessage).toMatch(/^suspended by an MCP client/)
  await peer.result('tools/call', { name: 'step_task', arguments: { taskId } })
  await peer.time.advance(5000)
  expect(await peer.result('tasks/get', { taskId })).toMatchObject({ status: 'working' })
  await peer.result('tools/call', { name: 'resume_task', arguments: { taskId } })
  await peer.time.advance(2000)
  expect(await statusOf(peer, taskId)).toBe('completed')
})

test('nothing but ping and initialize is answered before the session is open', async () => {
  const { createLabClient } = await import('./lab-client.ts')
  client = createLabClient()
  expect(await client.result('ping')).toEqual({})
  expect(await client.code('tools/list')).toBe(-32600)
})
