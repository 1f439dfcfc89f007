/** Recordings of the official reference server, and everything that a file may hold instead of one. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyzeCapture, CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { analyzeCommand } from '../../../../core/mcp/analyze/analyze-command.ts'

const recordings = [
  'complete',
  'answered-question',
  'cancel',
  'stall',
  'refusals',
  'killed-server',
  'sdk-client',
  'sdk-abort',
] as const

function fileOf(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/captures/${name}.jsonl`, import.meta.url))
}
function linesOf(name: string): string[] {
  return readFileSync(fileOf(name), 'utf8').split('\n')
}
function report(name: string) {
  return analyzeCapture(linesOf(name))
}
function onlyTask(name: string) {
  return Object.values(report(name).tasks)[0]
}
const rpc = (fields: object) => JSON.stringify({ seq: 1, tMs: 0, kind: 'rpc', transport: 'stdio', ...fields })

describe('counts of real conversations', () => {
  test('a task that completes', () => {
    expect(onlyTask('complete')).toEqual({
      tool: 'simulate-research-query',
      host: 'server',
      gets: 4,
      statusNotifications: 5,
      cancelRequests: 0,
      updates: 0,
      resultCalls: 1,
      statuses: ['working', 'completed'],
      elicitations: 0,
    })
    expect(report('complete')).toMatchObject({ frames: { c2s: 10, s2c: 16 }, errorCodes: {}, tasksListPages: 1 })
  })

  test('a question that is answered', () => {
    expect(onlyTask('answered-question')).toMatchObject({
      statuses: ['working', 'input_required', 'working', 'completed'],
      elicitations: 1,
      resultCalls: 1,
    })
  })

  test('a cancel: only what was answered with a result counts, but every answered tasks/result', () => {
    expect(onlyTask('cancel')).toMatchObject({ cancelRequests: 1, resultCalls: 1, statuses: ['working', 'cancelled'] })
    expect(report('cancel').errorCodes).toEqual({ '-32602': 1, '-32603': 1 })
  })

  test('refused requests make no task', () => {
    expect(report('refusals')).toMatchObject({ tasks: {}, tasksListPages: 0, errorCodes: { '-32602': 3 } })
  })
})

describe('findings in real conversations', () => {
  const rulesIn = (name: string) => [...new Set(report(name).findings.map((finding) => finding.rule))]

  test.each(recordings)('none is an error in %s', (name) => {
    expect(report(name).findings.filter((finding) => finding.severity === 'error')).toEqual([])
  })

  test.each([
    ['cancel', ['cancel-not-notified', 'zombie-work', 'result-missing-after-cancel', 'progress-token-silent']],
    ['stall', ['stalled-input-required', 'orphaned-by-session-end']],
    [
      'refusals',
      ['required-tool-without-task', 'task-on-forbidden-tool', 'wrong-error-code', 'request-cancel-ignored'],
    ],
    ['killed-server', ['orphaned-by-server-exit']],
    ['sdk-client', ['status-before-create', 'ttl-overridden', 'task-param-on-poll', 'id-reused-across-directions']],
    ['sdk-client', ['related-task-missing', 'late-result-delivery', 'stdin-eof-ignored']],
    ['sdk-abort', ['request-cancelled-instead-of-task', 'abort-without-task-cancel']],
  ])('%s shows %j', (name, rules) => {
    expect(rulesIn(name)).toEqual(expect.arrayContaining(rules))
  })

  test('the stall is found within five seconds', () => {
    const stalled = new CaptureAnalysis()
    for (const line of linesOf('stall')) {
      const at = line === '' ? 0 : (JSON.parse(line) as { tMs?: number }).tMs
      if ((at ?? 0) < 7000) stalled.push(line)
    }
    expect(stalled.finish().findings.map((finding) => finding.rule)).toContain('stalled-input-required')
  })
})

test.each(recordings)('%s gives the same report whole, line by line, and through the command', async (name) => {
  const whole = report(name)
  const lines = new CaptureAnalysis()
  for (const line of linesOf(name)) lines.push(line)
  expect(lines.finish()).toEqual(whole)
  const printed: string[] = []
  const io = { out: (text: string) => void printed.push(text), err: () => undefined }
  expect(await analyzeCommand([fileOf(name), '--json'], io)).toBe(0)
  expect(JSON.parse(printed.join(''))).toEqual(JSON.parse(JSON.stringify(whole)))
})

test('a byte order mark before the first line is no finding', () => {
  expect(analyzeCapture(['\uFEFF{"kind":"meta","scenario":"x"}']).findings).toEqual([])
})

test('polls of ours are no habit of the client', () => {
  const frame = (seq: number, tMs: number, dir: string, msg: object) =>
    JSON.stringify({
      seq,
      tMs,
      kind: 'rpc',
      transport: 'stdio',
      dir,
      msg,
      ...(dir.includes('dbg') ? { injected: true } : {}),
    })
  const task = { taskId: 'a', status: 'working', ttl: null, pollInterval: 1000 }
  const lines = [
    frame(1, 0, 'c2s', { id: 1, method: 'tools/call', params: { name: 't', task: {} } }),
    frame(2, 1, 's2c', { id: 1, result: { task } }),
    ...[0, 1, 2].flatMap((poll) => [
      frame(3 + 2 * poll, 10 + poll, 'dbg2s', {
        id: `ts:${poll}`,
        method: 'tasks/get',
        params: { taskId: 'a', task: {} },
      }),
      frame(4 + 2 * poll, 10 + poll, 's2dbg', { id: `ts:${poll}`, result: task }),
    ]),
  ]
  const { findings, tasks } = analyzeCapture(lines)
  expect(findings.map(({ rule }) => rule)).not.toContain('poll-too-fast')
  expect(findings.map(({ rule }) => rule)).not.toContain('task-param-on-poll')
  expect(tasks.a).toMatchObject({ gets: 3, statuses: ['working'] })
})

describe('counting rules', () => {
  test('an answer to tasks/get without the id, or with the task wrapped, still tells the status', () => {
    const asked = rpc({ dir: 'c2s', msg: { id: 2, method: 'tasks/get', params: { taskId: 'a' } } })
    for (const result of [{ status: 'failed' }, { task: { taskId: 'a', status: 'failed' } }]) {
      expect(analyzeCapture([asked, rpc({ dir: 's2c', msg: { id: 2, result } })]).tasks.a?.statuses).toEqual(['failed'])
    }
  })

  const created = (taskId: string, status = 'working') => ({ task: { taskId, status, ttl: null } })
  const call = rpc({ dir: 'c2s', msg: { id: 1, method: 'tools/call', params: { name: 't', task: {} } } })
  const answer = rpc({ dir: 's2c', msg: { id: 1, result: created('a') } })
  const notice = (status: string) =>
    rpc({ dir: 's2c', msg: { method: 'notifications/tasks/status', params: { taskId: 'a', status } } })

  test('the status of the creation only counts when nothing was seen before', () => {
    expect(analyzeCapture([call, answer]).tasks.a?.statuses).toEqual(['working'])
    const early = [call, notice('input_required'), answer, notice('input_required'), notice('working')]
    expect(analyzeCapture(early).tasks.a?.statuses).toEqual(['input_required', 'working'])
  })

  test('a task that the client hosts is named after its method', () => {
    const ask = { id: 1, method: 'sampling/createMessage', params: { task: { ttl: 1 } } }
    const lines = [rpc({ dir: 's2c', msg: ask }), rpc({ dir: 'c2s', msg: { id: 1, result: created('b') } })]
    expect(analyzeCapture(lines).tasks.b).toMatchObject({ tool: 'sampling/createMessage', host: 'client' })
  })

  test('a task whose creation was never seen has no tool', () => {
    expect(analyzeCapture([notice('working')]).tasks.a).toMatchObject({ tool: null, host: 'server' })
  })

  test('injected requests count, in a direction of their own', () => {
    const lines = [
      call,
      answer,
      rpc({ dir: 'dbg2s', injected: true, msg: { id: 1, method: 'tasks/result', params: { taskId: 'a' } } }),
      rpc({ dir: 's2dbg', injected: true, msg: { id: 1, error: { code: -32603, message: 'm' } } }),
    ]
    const { frames, tasks, errorCodes } = analyzeCapture(lines)
    expect(frames).toEqual({ c2s: 1, s2c: 1, dbg2s: 1, s2dbg: 1 })
    expect(tasks.a?.resultCalls).toBe(1)
    expect(errorCodes).toEqual({ '-32603': 1 })
  })

  test('the modern wire is counted alike', () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    }
    const task = { taskId: 'a', status: 'working', createdAt: 'x', lastUpdatedAt: 'x', ttlMs: null }
    const exchange = (id: number, method: string, params: object, result: object) => [
      rpc({ dir: 'c2s', msg: { id, method, params: { ...params, _meta } } }),
      rpc({ dir: 's2c', msg: { id, result: { resultType: 'complete', ...result } } }),
    ]
    const lines = [
      ...exchange(1, 'tools/call', { name: 't' }, { ...task, resultType: 'task' }),
      ...exchange(2, 'tasks/get', { taskId: 'a' }, { ...task, status: 'input_required', inputRequests: { k: {} } }),
      ...exchange(3, 'tasks/update', { taskId: 'a', inputResponses: { k: {} } }, {}),
      ...exchange(4, 'tasks/cancel', { taskId: 'a' }, {}),
      rpc({ dir: 's2c', msg: { method: 'notifications/tasks', params: { ...task, status: 'cancelled' } } }),
    ]
    expect(analyzeCapture(lines).tasks.a).toEqual({
      tool: 't',
      host: 'server',
      gets: 1,
      statusNotifications: 1,
      cancelRequests: 1,
      updates: 1,
      resultCalls: 0,
      statuses: ['working', 'input_required', 'cancelled'],
      elicitations: 0,
    })
  })

  test('every rpc line counts as a frame of its direction, an exchange without a body too', () => {
    const silent = rpc({ dir: 's2c', transport: 'http', http: { status: 202, n: 1 } })
    expect(analyzeCapture([call, silent]).frames).toEqual({ c2s: 1, s2c: 1 })
  })
})

test('a conversation over HTTP with everything that a recorder may write is read to its end', () => {
  const http = (seq: number, kind: string, fields: object) => JSON.stringify({ seq, tMs: seq, kind, ...fields })
  const post = (seq: number, n: number, msg: object) =>
    http(seq, 'rpc', { dir: 'c2s', transport: 'http', http: { n, method: 'POST', headers: {} }, msg })
  const reply = (seq: number, n: number, msg?: object) =>
    http(seq, 'rpc', {
      dir: 's2c',
      transport: 'http',
      http: { n, status: msg === undefined ? 202 : 200, sse: true },
      msg,
    })
  const task = { taskId: 'a-task-of-this-session-0123456789', status: 'working', ttl: null }
  const { frames, tasks, findings } = analyzeCapture([
    JSON.stringify({ kind: 'meta', scenario: 'http' }),
    post(1, 1, { id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } }),
    reply(2, 1, { id: 0, result: { protocolVersion: '2025-11-25', capabilities: { tasks: {} } } }),
    post(3, 2, { method: 'notifications/initialized' }),
    reply(4, 2),
    http(5, 'http-get', { headers: {} }),
    http(6, 'http-stream-open', { n: 3 }),
    http(7, 'sse-comment', { text: 'keep-alive' }),
    http(8, 'sse-event', { raw: 'event: ping' }),
    post(9, 4, { id: 1, method: 'tools/call', params: { name: 't', task: {} } }),
    reply(10, 4, { id: 1, result: { task } }),
    http(11, 'http-client-disconnect', { n: 3 }),
    http(12, 'http-upstream-aborted', {}),
    http(13, 'http-stream-error', { message: 'reset' }),
    http(14, 'http-response', { status: 404 }),
    http(15, 'http-delete', {}),
    http(16, 'http-stream-close', { n: 3 }),
  ])
  expect(frames).toEqual({ c2s: 3, s2c: 3 })
  expect(Object.values(tasks)).toMatchObject([{ tool: 't', statuses: ['working'] }])
  expect(findings.map((finding) => finding.rule)).toEqual(['orphaned-by-session-end'])
})

describe('bad input', () => {
  test('a line that is no JSON, no object or without a kind is a finding, and the rest is read', () => {
    const { findings, frames } = analyzeCapture([
      '{"kind":',
      '[]',
      '{"seq":3}',
      rpc({ dir: 'c2s', msg: { method: 'a' } }),
    ])
    expect(findings).toMatchObject([{ rule: 'not-json', seq: [1, 2, 3] }])
    expect(frames).toEqual({ c2s: 1 })
  })

  test('mutated frames never throw', () => {
    const lines = recordings.flatMap((name) => linesOf(name)).filter((line) => line !== '')
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(null, -1, Number.MAX_VALUE, '__proto__', 'tasks/get', 'a', { taskId: 7 }),
    )
    const mutation = fc.record({ line: fc.nat(lines.length - 1), place: fc.nat(), junk, cut: fc.boolean() })
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 40 }), (mutations) => {
        const changed = [...lines.slice(0, 40)]
        for (const { line, place, junk: value, cut } of mutations) {
          const text = lines[line] ?? ''
          changed.push(cut ? text.slice(0, place % (text.length + 1)) : mutate(text, place, value))
        }
        const found = analyzeCapture(changed)
        expect(JSON.parse(JSON.stringify(found))).toBeDefined()
      }),
      { numRuns: 300, interruptAfterTimeLimit: 3000 },
    )
  })

  test('a file that is not there is one sentence and an exit code', async () => {
    const said: string[] = []
    const io = { out: () => undefined, err: (text: string) => void said.push(text) }
    expect(await analyzeCommand(['/no/such/file'], io)).toBe(2)
    expect(said.join('')).toBe('taskscope analyze: cannot read /no/such/file: there is no such file')
    expect(await analyzeCommand([], io)).toBe(64)
  })

  test('nesting too deep to be written again is read all the same', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const call = '{"id":1,"method":"tools/call","params":{"name":"t","task":{}}}'
    const lines = [
      `{"seq":1,"tMs":0,"kind":"rpc","dir":"c2s","msg":${call}}`,
      `{"seq":2,"tMs":0,"kind":"rpc","dir":"s2c","msg":{"id":1,"result":{"task":{"taskId":"a","status":"working","x":${deep}}}}}`,
      `{"seq":3,"tMs":0,"kind":"rpc","dir":"s2c","msg":{"method":"notifications/message","params":{"data":${deep}}}}`,
      `{"seq":4,"tMs":0,"kind":"rpc","dir":"s2c","msg":${deep}}`,
    ]
    expect(Object.keys(analyzeCapture(lines).tasks)).toEqual(['a'])
  })
})

/** Puts `value` in the place of one value inside a line. */
function mutate(text: string, place: number, value: unknown): string {
  const root: unknown = JSON.parse(text)
  const places: { holder: Record<string, unknown>; key: string }[] = []
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, key })
      visit((node as Record<string, unknown>)[key])
    }
  }
  visit(root)
  const target = places[place % places.length]
  if (target !== undefined) target.holder[target.key] = value
  return JSON.stringify(root)
}
