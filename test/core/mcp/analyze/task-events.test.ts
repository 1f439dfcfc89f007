/** What a recording becomes when its facts are applied by the registry, as a live wire's are. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { passiveContext } from '../../../../core/mcp/analyze/passive-context.ts'
import { TaskEvents } from '../../../../core/mcp/analyze/task-events.ts'
import { nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import { isTaskRow, type TaskRow } from '../../../../core/model/row.ts'
import { createEmit } from '../../../../core/model/stamp.ts'
import { createRegistry, type Registry } from '../../../../core/registry/registry.ts'

const source = sourceId('recording')
const parent = nodeId('connection')

function replay(lines: readonly string[]): {
  registry: Registry
  rows: TaskRow[]
  row: (id: string) => TaskRow | undefined
} {
  const registry = createRegistry()
  const emit = createEmit(source, { now: () => 0 }, (event) => void registry.apply(event))
  emit({ kind: 'node.opened', id: parent, node: 'connection', name: 'recording', status: 'open', capabilities: {} })
  const analysis = new CaptureAnalysis([new TaskEvents(passiveContext({ emit, parent }))])
  for (const line of lines) analysis.push(line)
  analysis.finish()
  const rows = [...registry.rows()].filter(isTaskRow)
  return { registry, rows, row: (id) => rows.find((entry) => entry.key === nodeKey(source, nodeId(id))) }
}

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
    const { registry, rows } = replay(recording(name))
    expect(rows).toMatchObject([
      { node: 'task', name: 'simulate-research-query', state, parent: nodeKey(source, parent) },
    ])
    expect(registry.counters().illegal).toBe(0)
  })

  test('polls are counted, not kept as events', () => {
    const { registry, rows } = replay(recording('complete'))
    const [task] = rows
    const asked = recording('complete').filter((line) => line.includes('"method":"tasks/get"')).length
    expect(asked).toBeGreaterThan(0)
    expect(task?.polls).toBe(asked)
    const detail = task === undefined ? undefined : registry.detail(task.key)
    expect(detail?.events.items.some(({ kind }) => kind === 'task.polled')).toBe(false)
  })

  test('plain calls are calls', () => {
    const { rows } = replay(recording('refusals'))
    expect(rows.map((row) => [row.node, row.name, row.state, row.toolError])).toEqual([
      ['call', 'simulate-research-query', 'completed', true],
      ['call', 'echo', 'failed', undefined],
      ['call', 'trigger-long-running-operation', 'running', undefined],
    ])
  })

  test('work after a cancel shows as life, and ends with the complaint', () => {
    const { registry, rows } = replay(recording('cancel'))
    const [task] = rows
    expect(task).not.toHaveProperty('stillRunning.text')
    const detail = task === undefined ? undefined : registry.detail(task.key)
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
    const { registry, row } = replay([...create, ...get])
    expect(row('t')).toMatchObject({
      state: 'completed',
      toolError: true,
      ttlMs: 5000,
      trace: { traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' },
    })
    expect(registry.detail(nodeKey(source, nodeId('t')))?.input?.text).toContain('"a": 1')
  })

  test('an acknowledged cancel changes nothing until the status says so', () => {
    const cancel = exchange(2, 'tasks/cancel', { taskId: 't' }, {})
    expect(replay([...create, ...cancel]).row('t')?.state).toBe('running')
    const get = exchange(3, 'tasks/get', { taskId: 't' }, { ...task, status: 'cancelled' })
    expect(replay([...create, ...cancel, ...get]).row('t')?.state).toBe('cancelled')
  })

  test('a failed task carries its JSON-RPC error', () => {
    const error = { code: -32603, message: 'no disk' }
    const get = exchange(2, 'tasks/get', { taskId: 't' }, { ...task, status: 'failed', error })
    const { registry } = replay([...create, ...get])
    const outcome = registry.detail(nodeKey(source, nodeId('t')))?.outcome
    expect(outcome).toMatchObject({ status: 'failed', error: { code: -32603, message: 'no disk' } })
  })
})

test('a task that is only ever notified is a placeholder until its creation is seen', () => {
  const notice = { method: 'notifications/tasks/status', params: { taskId: 'a', status: 'working', ttl: null } }
  const { row } = replay([JSON.stringify({ seq: 1, tMs: 1, kind: 'rpc', dir: 's2c', msg: notice })])
  expect(row('a')).toMatchObject({ state: 'running', placeholder: true })
})

test('an answer that a newer notice has overtaken changes nothing', () => {
  const at = (second: number) => `2026-11-24T10:00:0${second}.000Z`
  const status = (name: string, second: number) => ({ taskId: 'a', status: name, ttl: null, lastUpdatedAt: at(second) })
  const line = (dir: string, msg: object) => JSON.stringify({ kind: 'rpc', dir, transport: 'stdio', msg })
  const notice = (name: string, second: number) =>
    line('s2c', { method: 'notifications/tasks/status', params: status(name, second) })
  const { row, registry } = replay([
    notice('input_required', 1),
    line('c2s', { id: 1, method: 'tasks/get', params: { taskId: 'a' } }),
    notice('completed', 2),
    line('s2c', { id: 1, result: status('input_required', 1) }),
  ])
  expect(row('a')?.state).toBe('completed')
  expect(registry.counters().illegal).toBe(0)
})
