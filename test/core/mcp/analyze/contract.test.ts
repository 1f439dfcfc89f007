/** What `taskscope analyze --json` promises, sentence by sentence, each with the smallest capture that shows it. */
import { describe, expect, test } from 'vitest'
import { capture, modernMeta, relatedTo, task } from './capture-lines.ts'

describe('the object that is printed', () => {
  test('has these fields and no other', () => {
    const report = capture().create(0, 'a').report()
    expect(Object.keys(report)).toEqual(['frames', 'errorCodes', 'tasksListPages', 'tasks', 'findings'])
    expect(Object.keys(report.tasks.a ?? {}).sort()).toEqual([
      ...['cancelRequests', 'elicitations', 'gets', 'host', 'resultCalls'],
      ...['statusNotifications', 'statuses', 'tool', 'updates'],
    ])
  })

  test('a finding names its rule, severity, task, frames and one sentence', () => {
    const { findings } = capture().create(0, 'a', 'completed').report()
    expect(findings.find(({ severity }) => severity === 'error')).toEqual({
      rule: 'illegal-transition',
      severity: 'error',
      taskId: 'a',
      seq: [2],
      text: 'a was created as completed, not as working.',
    })
  })

  test('a capture of nothing counts nothing', () => {
    expect(capture().report()).toEqual({ frames: {}, errorCodes: {}, tasksListPages: 0, tasks: {}, findings: [] })
  })
})

describe('frames', () => {
  test('have one entry per direction that was seen, ours too', () => {
    const lines = capture().request(1, 'ping').result(1, {})
    lines.rpc('dbg2s', { id: 'x', method: 'ping' }, undefined, { injected: true })
    lines.rpc('s2dbg', { id: 'x', result: {} }, undefined, { injected: true })
    expect(lines.report().frames).toEqual({ c2s: 1, s2c: 1, dbg2s: 1, s2dbg: 1 })
  })

  test('are the rpc lines, with a message or without: an exchange may have no body', () => {
    const lines = capture().request(1, 'ping', {}, 'c2s', { n: 1 })
    lines.line('rpc', { dir: 's2c', transport: 'http', http: { status: 202, n: 1 } })
    lines.line('rpc', { dir: 's2c', transport: 'http', http: { status: 202, n: 2 }, msg: null })
    lines.line('http-get', { dir: 'c2s', http: { method: 'GET', n: 3 } })
    expect(lines.report()).toMatchObject({ frames: { c2s: 1, s2c: 2 }, findings: [] })
  })

  test('a batch is one frame with several messages, of which what can be read is read', () => {
    const get = (id: number) => ({ jsonrpc: '2.0', id, method: 'tasks/get', params: { taskId: 'a' } })
    const answer = (id: number) => ({ jsonrpc: '2.0', id, result: task('a', 'working') })
    const { frames, tasks, findings } = capture()
      .rpc('c2s', [get(1), get(2)])
      .rpc('s2c', [answer(2), 7, answer(1)])
      .report()
    expect(frames).toEqual({ c2s: 1, s2c: 1 })
    expect(tasks.a?.gets).toBe(2)
    expect(findings.map(({ rule }) => rule)).toContain('not-json-rpc')
  })
})

describe('errorCodes', () => {
  test('count error responses of both directions and to us, with or without an id', () => {
    const lines = capture().error(1, -32602).error(null, -32602).error(0, -1, 'c2s').error('x', -32603, 's2dbg')
    expect(lines.report().errorCodes).toEqual({ '-32602': 2, '-1': 1, '-32603': 1 })
  })

  test('count what is in the file, as frames do: what a resumed stream sends again is there twice', () => {
    const lines = capture().request(9, 'tasks/result', { taskId: 'a' }, 'c2s', { n: 1 })
    for (const n of [1, 2]) lines.error(9, -32602, 's2c', { n, sse: true, sseId: 'r' })
    expect(lines.report()).toMatchObject({ frames: { s2c: 2 }, errorCodes: { '-32602': 2 } })
    expect(lines.taskOf('a')?.resultCalls).toBe(1)
  })

  test('a tool error is a result, no error response', () => {
    expect(capture().exchange(1, 'tools/call', { name: 't' }, { isError: true }).report().errorCodes).toEqual({})
  })
})

describe('requests that were answered with a result', () => {
  test.each([
    ['tasks/get', 'gets', { status: 'working' }],
    ['tasks/cancel', 'cancelRequests', { status: 'cancelled' }],
    ['tasks/update', 'updates', {}],
  ] as const)('%s counts as %s only then', (method, field, result) => {
    const params = { taskId: 'a' }
    const lines = capture().create(0, 'a')
    lines.request(1, method, params).request(2, method, params).request(3, method, params)
    lines.result(1, { taskId: 'a', ...result }).error(2, -32602)
    expect(lines.taskOf('a')?.[field]).toBe(1)
  })

  test('tasks/list counts its pages', () => {
    const lines = capture().exchange(1, 'tasks/list', {}, { tasks: [], nextCursor: 'x' })
    lines.exchange(2, 'tasks/list', { cursor: 'x' }, { tasks: [] })
    lines.request(3, 'tasks/list', { cursor: 'y' }).error(3, -32602).request(4, 'tasks/list')
    expect(lines.report().tasksListPages).toBe(2)
  })

  test('what our own requests brought counts as well', () => {
    const lines = capture().create(0, 'a')
    lines.request('ts:1', 'tasks/get', { taskId: 'a' }, 'dbg2s').result('ts:1', task('a', 'completed'), 's2dbg')
    expect(lines.taskOf('a')).toMatchObject({ gets: 1, statuses: ['working', 'completed'] })
  })

  test('an injected request is paired with its answer, whichever of the two was written as ours', () => {
    const params = { taskId: 'a' }
    const lines = capture()
    lines.rpc('dbg2s', { id: 'i', method: 'tasks/result', params }, undefined, { injected: true })
    lines.rpc('s2c', { id: 'i', result: {} }, undefined, { injected: true })
    lines.rpc('c2s', { id: 'j', method: 'tasks/result', params }, undefined, { injected: true })
    lines.result('j', {}, 's2dbg')
    expect(lines.taskOf('a')?.resultCalls).toBe(2)
  })
})

describe('resultCalls', () => {
  test('are tasks/result that were answered at all', () => {
    const params = { taskId: 'a' }
    const lines = capture().request(1, 'tasks/result', params).request(2, 'tasks/result', params)
    lines.request(3, 'tasks/result', params).result(1, {}).error(2, -32603)
    expect(lines.taskOf('a')?.resultCalls).toBe(2)
  })

  test('an answer that comes long after its request was cancelled is an answer', () => {
    const lines = capture().request(1, 'tasks/result', { taskId: 'a' })
    lines.notify('notifications/cancelled', { requestId: 1 }, 'c2s').wait(60_000).result(1, {})
    expect(lines.taskOf('a')?.resultCalls).toBe(1)
  })

  test('an answer that comes twice is answered once', () => {
    const lines = capture().request(1, 'tasks/result', { taskId: 'a' }).result(1, {}).result(1, {})
    expect(lines.taskOf('a')?.resultCalls).toBe(1)
  })
})

describe('statuses', () => {
  const get = (id: number, status: string) => [id, 'tasks/get', { taskId: 'a' }, task('a', status)] as const

  test('are the distinct consecutive ones of notifications, tasks/get and tasks/cancel', () => {
    const lines = capture().create(0, 'a')
    lines.status('a', 'working').exchange(...get(1, 'input_required'))
    lines
      .status('a', 'input_required')
      .exchange(...get(2, 'working'))
      .status('a', 'working')
    lines.exchange(3, 'tasks/cancel', { taskId: 'a' }, task('a', 'cancelled')).status('a', 'cancelled')
    expect(lines.taskOf('a')?.statuses).toEqual(['working', 'input_required', 'working', 'cancelled'])
  })

  test('appear in the order of the file, also when one was overtaken', () => {
    const lines = capture().status('a', 'completed', { lastUpdatedAt: '2026-01-01T00:00:02Z' })
    lines.status('a', 'working', { lastUpdatedAt: '2026-01-01T00:00:01Z' })
    expect(lines.taskOf('a')?.statuses).toEqual(['completed', 'working'])
  })

  test('that of the creation counts when nothing was seen before it', () => {
    expect(capture().create(0, 'a', 'input_required').taskOf('a')?.statuses).toEqual(['input_required'])
  })

  test('and does not when a notification came first', () => {
    const lines = capture().request(0, 'tools/call', { name: 'x', task: {} }).status('a', 'input_required')
    lines.result(0, { task: task('a', 'working') })
    expect(lines.taskOf('a')).toMatchObject({ tool: 'x', statuses: ['input_required'], statusNotifications: 1 })
  })

  test('those in tasks/list, tasks/update and tasks/result do not count', () => {
    const lines = capture()
      .create(0, 'a')
      .exchange(1, 'tasks/list', {}, { tasks: [task('a', 'failed')] })
    lines.exchange(2, 'tasks/update', { taskId: 'a' }, task('a', 'failed'))
    lines.exchange(3, 'tasks/result', { taskId: 'a' }, task('a', 'failed'))
    expect(lines.taskOf('a')?.statuses).toEqual(['working'])
  })

  test('a word that no specification knows is a status as well', () => {
    expect(capture().status('a', 'paused').taskOf('a')?.statuses).toEqual(['paused'])
  })

  test('the acknowledgement of a modern cancel tells none', () => {
    const lines = capture().exchange(
      0,
      'tools/call',
      { name: 't', _meta: modernMeta },
      { resultType: 'task', ...task('a', 'working') },
    )
    lines.exchange(1, 'tasks/cancel', { taskId: 'a', _meta: modernMeta }, { resultType: 'complete' })
    lines.notify('notifications/tasks', { taskId: 'a', status: 'completed', ttlMs: null })
    expect(lines.taskOf('a')).toMatchObject({ cancelRequests: 1, statuses: ['working', 'completed'] })
  })
})

describe('statusNotifications', () => {
  test('are those of either wire, from whoever runs the task', () => {
    const lines = capture().status('a', 'working').notify('notifications/tasks', { taskId: 'a', status: 'working' })
    lines.status('b', 'working', {}, 'c2s')
    expect(lines.report().tasks).toMatchObject({
      a: { statusNotifications: 2, host: 'server' },
      b: { statusNotifications: 1, host: 'client' },
    })
  })

  test('what a resumed stream sends again was sent once, and stays two frames', () => {
    const lines = capture()
    lines.status('a', 'working', {}, 's2c', { n: 2, sse: true, sseId: 'e1' })
    lines.line('http-stream-close', { http: { n: 2 } })
    lines.line('http-get', { dir: 'c2s', http: { method: 'GET', n: 3, headers: { 'last-event-id': 'e0' } } })
    lines.status('a', 'working', {}, 's2c', { n: 3, sse: true, sseId: 'e1' })
    lines.status('a', 'completed', {}, 's2c', { n: 3, sse: true, sseId: 'e2' })
    const { frames, tasks, findings } = lines.report()
    expect(frames).toEqual({ s2c: 3 })
    expect(tasks.a).toMatchObject({ statusNotifications: 2, statuses: ['working', 'completed'] })
    expect(findings.map(({ rule }) => rule)).not.toContain('duplicate-status')
  })

  test('the empty event that primes a stream is no message when it is sent again, where servers write {} for it', () => {
    const lines = capture().line('sse-event', { raw: '', http: { n: 2, sse: true, sseId: 'e0' } })
    lines.rpc('s2c', {}, { n: 3, sse: true, sseId: 'e0' })
    lines.rpc('s2c', {}, { n: 3, sse: true, sseId: 'e1' })
    expect(lines.report()).toMatchObject({ frames: { s2c: 2 }, findings: [] })
    expect(capture().rpc('s2c', {}).report().findings).toMatchObject([{ rule: 'not-json-rpc' }])
  })

  test('nor does a replayed question count again for its task', () => {
    const ask = { message: 'which?', ...relatedTo('a') }
    const lines = capture()
    for (const n of [2, 3]) lines.request(0, 'elicitation/create', ask, 's2c', { n, sse: true, sseId: 'q' })
    expect(lines.taskOf('a')?.elicitations).toBe(1)
  })
})

describe('elicitations', () => {
  test('are elicitation/create requests that _meta relates to the task', () => {
    const lines = capture().create(0, 'a')
    lines.request(0, 'elicitation/create', { message: 'x', ...relatedTo('a') }, 's2c')
    lines.request(1, 'elicitation/create', { message: 'x' }, 's2c')
    lines.request(2, 'sampling/createMessage', { ...relatedTo('a') }, 's2c')
    lines.notify('notifications/message', { data: 'x', ...relatedTo('a') })
    expect(lines.taskOf('a')?.elicitations).toBe(1)
  })

  test('inputRequests of the modern wire are none', () => {
    const inputRequests = { k: { method: 'elicitation/create', params: {} } }
    const lines = capture().exchange(
      1,
      'tasks/get',
      { taskId: 'a', _meta: modernMeta },
      task('a', 'input_required', { inputRequests }),
    )
    expect(lines.taskOf('a')?.elicitations).toBe(0)
  })
})

describe('tool and host', () => {
  test('the tool of a task that the server runs, on either wire', () => {
    const lines = capture().create(0, 'a', 'working', 'dig')
    lines.exchange(
      1,
      'tools/call',
      { name: 'build', _meta: modernMeta },
      { resultType: 'task', ...task('b', 'working') },
    )
    expect(lines.report().tasks).toMatchObject({
      a: { tool: 'dig', host: 'server' },
      b: { tool: 'build', host: 'server' },
    })
  })

  test.each(['sampling/createMessage', 'elicitation/create'])('%s for a task that the client runs', (method) => {
    const lines = capture()
      .request(0, method, { task: { ttl: 1000 } }, 's2c')
      .result(0, { task: task('c', 'working') }, 'c2s')
    lines.exchange(1, 'tasks/get', { taskId: 'c' }, task('c', 'completed'), 's2c')
    lines.exchange(2, 'tasks/result', { taskId: 'c' }, {}, 's2c')
    expect(lines.taskOf('c')).toMatchObject({
      ...{ tool: method, host: 'client', gets: 1, resultCalls: 1 },
      statuses: ['working', 'completed'],
    })
  })

  test('null when the creation was never seen', () => {
    const lines = capture().exchange(1, 'tasks/get', { taskId: 'a' }, task('a', 'working'))
    expect(lines.taskOf('a')).toMatchObject({ tool: null, host: 'server' })
  })

  test('the call that created a task after rounds of questions names the tool', () => {
    const params = { name: 't', arguments: {}, _meta: modernMeta }
    const lines = capture().exchange(1, 'tools/call', params, {
      resultType: 'input_required',
      inputRequests: { k: {} },
    })
    const again = { ...params, inputResponses: { k: {} } }
    lines.exchange(2, 'tools/call', again, { resultType: 'task', ...task('a', 'working') })
    expect(lines.report().tasks).toMatchObject({ a: { tool: 't', statuses: ['working'] } })
  })

  test('tasks of one id on both sides are two', () => {
    const lines = capture().create(0, 'x')
    lines.request(0, 'elicitation/create', { task: {} }, 's2c').result(0, { task: task('x', 'working') }, 'c2s')
    expect(Object.values(lines.report().tasks).map(({ host }) => host)).toEqual(['server', 'client'])
  })
})

describe('pairing', () => {
  test('is per direction: both sides count from zero', () => {
    const lines = capture().request(0, 'tasks/get', { taskId: 'a' })
    lines.request(0, 'elicitation/create', { message: 'x' }, 's2c')
    lines.result(0, { action: 'accept' }, 'c2s').result(0, task('a', 'working'))
    expect(lines.taskOf('a')).toMatchObject({ gets: 1, statuses: ['working'] })
  })

  test('tells 1 from "1"', () => {
    const lines = capture().request(1, 'tasks/get', { taskId: 'a' }).request('1', 'tasks/get', { taskId: 'b' })
    lines.result('1', task('b', 'completed'))
    expect(lines.report().tasks).toMatchObject({ b: { gets: 1 } })
    expect(lines.taskOf('a')).toBeUndefined()
  })

  test('goes by the exchange where sessions use one id side by side', () => {
    const lines = capture()
    lines.request(5, 'tasks/get', { taskId: 'a' }, 'c2s', { n: 10 })
    lines.request(5, 'tasks/cancel', { taskId: 'b' }, 'c2s', { n: 11 })
    lines.result(5, task('a', 'working'), 's2c', { n: 10 }).result(5, task('b', 'cancelled'), 's2c', { n: 11 })
    expect(lines.report().tasks).toMatchObject({
      a: { gets: 1, cancelRequests: 0, statuses: ['working'] },
      b: { gets: 0, cancelRequests: 1, statuses: ['cancelled'] },
    })
  })

  test('goes by the id where the recorder tied the stream to its POST with forId', () => {
    const http = { sse: true, forId: 7 }
    const lines = capture().request(7, 'tasks/result', { taskId: 'a' }, 'c2s', { method: 'POST' })
    lines.request(0, 'elicitation/create', { message: 'x', ...relatedTo('a') }, 's2c', http)
    lines.result(0, { action: 'accept' }, 'c2s', { method: 'POST' })
    lines.result(7, { content: [], ...relatedTo('a') }, 's2c', http)
    expect(lines.taskOf('a')).toMatchObject({ resultCalls: 1, elicitations: 1 })
  })

  test('goes by what is answered where sessions use one id and their recorder wrote down only that', () => {
    const post = { method: 'POST' }
    const lines = capture().request(7, 'tasks/result', { taskId: 'a' }, 'c2s', post)
    lines.request(7, 'tasks/get', { taskId: 'b' }, 'c2s', post).request(7, 'tools/call', { name: 't' }, 'c2s', post)
    lines.result(7, task('b', 'working'), 's2c', { forId: 7 })
    lines.result(7, { content: [], ...relatedTo('a') }, 's2c', { forId: 7 })
    lines.result(7, { content: [] }, 's2c', { forId: 7 })
    expect(lines.report().tasks).toMatchObject({ a: { resultCalls: 1 }, b: { gets: 1, statuses: ['working'] } })
  })

  test('an answer may come on another stream than its request opened', () => {
    const lines = capture().request(7, 'tasks/get', { taskId: 'a' }, 'c2s', { n: 4 })
    lines.result(7, task('a', 'completed'), 's2c', { n: 9, sse: true, sseId: 'z' })
    expect(lines.taskOf('a')?.gets).toBe(1)
  })
})

describe('lines', () => {
  test('that are no JSON are a finding each, and the rest is read', () => {
    const { findings, frames } = capture().raw('{"seq":').request(1, 'ping').raw('null').raw('').report()
    expect(findings).toMatchObject([{ rule: 'not-json', severity: 'error' }])
    expect(findings[0]?.seq).toHaveLength(2)
    expect(findings[0]?.text).toBe('A line of the recording that starts with "{\\"seq\\":" is none: it is not JSON.')
    expect(frames).toEqual({ c2s: 1 })
  })

  test('of unknown kinds and with unknown fields are tolerated', () => {
    const lines = capture()
      .line('a-kind-of-tomorrow', { x: [1] })
      .line('rpc', { dir: 'c2s', transport: 'quic', msg: { id: 1, method: 'ping', params: {} }, colour: 'red' })
    expect(lines.report()).toMatchObject({ frames: { c2s: 1 }, findings: [] })
  })

  test('of no direction are a finding and no frame of any', () => {
    const { frames, findings } = capture()
      .line('rpc', { msg: { id: 1, method: 'ping' } })
      .report()
    expect(frames).toEqual({})
    expect(findings.map(({ text }) => text)).toEqual([
      'A line on the wire that starts with "{\\"id\\":1,\\"method\\":\\"ping\\"}" is no message: it has no direction.',
    ])
  })

  test.each([
    ...[
      'sse-event',
      'sse-comment',
      'http-get',
      'http-delete',
      'http-response',
      'http-stream-open',
      'http-stream-close',
    ],
    ...[
      'http-stream-error',
      'http-client-disconnect',
      'http-upstream-aborted',
      'stderr',
      'signal',
      'stdin-end',
      'exit',
    ],
  ])('of kind %s are no frames and nothing wrong, whatever they hold', (kind) => {
    const lines = capture().line(kind).line(kind, { raw: 'x', text: 7, sig: null, http: 'odd', code: 'x' })
    expect(lines.report()).toEqual({ frames: {}, errorCodes: {}, tasksListPages: 0, tasks: {}, findings: [] })
  })

  test('that a server wrote beside the protocol are a finding', () => {
    const lines = capture().line('rpc-unparsed', { dir: 's2c', text: 'Listening on 3000' })
    expect(lines.report().findings).toMatchObject([{ rule: 'not-json-rpc', seq: [1] }])
  })

  test('what an HTTP server says of a refused exchange need not be JSON-RPC', () => {
    const lines = capture().rpc('s2c', { error: 'invalid_token' }, { status: 401, n: 1 })
    expect(lines.report().findings).toEqual([])
  })

  test('without seq and tMs are numbered and timed by their place', () => {
    const lines = [
      { kind: 'rpc', dir: 's2c', msg: { method: 'notifications/tasks/status', params: task('a', 'odd') } },
    ].map((line) => JSON.stringify(line))
    const found = capture()
    for (const line of lines) found.raw(line)
    expect(found.report().findings[0]?.seq).toEqual([2])
  })
})
