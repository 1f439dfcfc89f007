/** What recordings become in the registry. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { connectionKey, replayed } from './replayed.ts'

function recording(name: string): string[] {
  return readFileSync(new URL(`../../../fixtures/captures/${name}.jsonl`, import.meta.url), 'utf8').split('\n')
}

describe('recordings of the reference server', () => {
  test.each([
    ['complete', 'completed'],
    ['answered-question', 'completed'],
    ['cancel', 'cancelled'],
    ['stall', 'input_required'],
    ['killed-server', 'running'],
    ['sdk-client', 'completed'],
    ['sdk-abort', 'completed'],
  ])('the task of %s is %s, and no step on the way was forbidden', (name, state) => {
    const { illegal, rows } = replayed(recording(name))
    expect(rows).toMatchObject([{ node: 'task', name: 'simulate-research-query', state, parent: connectionKey }])
    expect(illegal).toBe(0)
  })

  test('polls are counted, not kept as events', () => {
    const { detailOf, rows } = replayed(recording('complete'))
    const [task] = rows
    const asked = recording('complete').filter((line) => line.includes('"method":"tasks/get"')).length
    expect(asked).toBeGreaterThan(0)
    expect(task?.polls).toBe(asked)
    const detail = task && detailOf(task)
    expect(detail?.events.items.some(({ kind }) => kind === 'task.polled')).toBe(false)
  })

  test('plain calls are calls', () => {
    const { rows } = replayed(recording('refusals'))
    expect(rows.map((row) => [row.node, row.name, row.state, row.toolError])).toEqual([
      ['call', 'simulate-research-query', 'completed', true],
      ['call', 'echo', 'failed', undefined],
      ['call', 'trigger-long-running-operation', 'running', undefined],
    ])
  })

  test('work after a cancel shows as life, and ends with the complaint', () => {
    const { detailOf, rows } = replayed(recording('cancel'))
    const [task] = rows
    expect(task).not.toHaveProperty('stillRunning.text')
    const detail = task && detailOf(task)
    expect(JSON.stringify(detail?.events)).toContain('until it complained')
  })
})

describe('the modern wire', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }
  const task = { taskId: 't', status: 'working', createdAt: 'x', lastUpdatedAt: 'x', ttlMs: 5000, pollIntervalMs: 100 }
  let seq = 0
  const line = (dir: string, msg: object) => {
    seq += 1
    return JSON.stringify({ seq, tMs: seq, kind: 'rpc', dir, transport: 'http', msg })
  }
  const exchange = (id: number, method: string, params: object, result: object) => [
    line('c2s', { id, method, params: { ...params, _meta: meta } }),
    line('s2c', { id, result: { resultType: 'complete', ...result } }),
  ]
  const create = exchange(1, 'tools/call', { name: 'greet', arguments: { a: 1 } }, { resultType: 'task', ...task })

  test("a task joins its caller's trace, and a tool's error completes it with a warning", () => {
    const result = { content: [], isError: true }
    const get = exchange(2, 'tasks/get', { taskId: 't' }, { ...task, status: 'completed', result })
    const { detail, row } = replayed([...create, ...get])
    expect(row('t')).toMatchObject({
      state: 'completed',
      toolError: true,
      ttlMs: 5000,
      trace: { traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' },
    })
    expect(detail('t')?.input?.text).toContain('"a": 1')
  })

  test('an acknowledged cancel changes nothing until the status says so', () => {
    const cancel = exchange(2, 'tasks/cancel', { taskId: 't' }, {})
    expect(replayed([...create, ...cancel]).row('t')?.state).toBe('running')
    const get = exchange(3, 'tasks/get', { taskId: 't' }, { ...task, status: 'cancelled' })
    expect(replayed([...create, ...cancel, ...get]).row('t')?.state).toBe('cancelled')
  })

  test('a failed task carries its JSON-RPC error', () => {
    const error = { code: -32603, message: 'no disk' }
    const get = exchange(2, 'tasks/get', { taskId: 't' }, { ...task, status: 'failed', error })
    const { detail } = replayed([...create, ...get])
    const outcome = detail('t')?.outcome
    expect(outcome).toMatchObject({ status: 'failed', error: { code: -32603, message: 'no disk' } })
  })
})

test('a task that is only ever notified is a placeholder until its creation is seen', () => {
  const notice = { method: 'notifications/tasks/status', params: { taskId: 'a', status: 'working', ttl: null } }
  const { row } = replayed([JSON.stringify({ seq: 1, tMs: 1, kind: 'rpc', dir: 's2c', msg: notice })])
  expect(row('a')).toMatchObject({ state: 'running', placeholder: true })
})

test('an answer that a newer notice has overtaken changes nothing', () => {
  const at = (second: number) => `2026-11-24T10:00:0${second}.000Z`
  const status = (name: string, second: number) => ({ taskId: 'a', status: name, ttl: null, lastUpdatedAt: at(second) })
  const line = (dir: string, msg: object) => JSON.stringify({ kind: 'rpc', dir, transport: 'stdio', msg })
  const notice = (name: string, second: number) =>
    line('s2c', { method: 'notifications/tasks/status', params: status(name, second) })
  const { row, illegal } = replayed([
    notice('input_required', 1),
    line('c2s', { id: 1, method: 'tasks/get', params: { taskId: 'a' } }),
    notice('completed', 2),
    line('s2c', { id: 1, result: status('input_required', 1) }),
  ])
  expect(row('a')?.state).toBe('completed')
  expect(illegal).toBe(0)
})
