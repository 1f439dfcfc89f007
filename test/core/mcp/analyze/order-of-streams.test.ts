/** Over HTTP what was said first may arrive last; nobody is blamed for that, and no end is undone by it. */
import { describe, expect, test } from 'vitest'
import { type CaptureLines, capture, relatedTo, task } from './capture-lines.ts'
import { replayed } from './replayed.ts'

const id = '7f3c2a9e4b1d48e6a05c9d3f6e8b7a12'
const at = (ms: number) => new Date(Date.parse('2026-11-24T10:00:00Z') + ms).toISOString()
const get = { n: 2, sse: true }

const replay = ({ lines }: CaptureLines) => replayed(lines)

/** A task that was created over HTTP and notified as working on the stream of a GET. */
function begun(): CaptureLines {
  const lines = capture().request(0, 'tools/call', { name: 'crawl', task: {} }, 'c2s', { n: 1 })
  lines.result(0, { task: task(id, 'working', { lastUpdatedAt: at(0) }) }, 's2c', { n: 1 })
  return lines.status(id, 'working', { lastUpdatedAt: at(1) }, 's2c', get)
}

describe('a result that overtakes the notices before it', () => {
  const overtaken = (http: typeof get | undefined) => {
    const lines = begun().request(1, 'tasks/result', { taskId: id }, 'c2s', http && { n: 3 })
    lines.result(1, { content: [], ...relatedTo(id) }, 's2c', http && { n: 3 })
    lines.status(id, 'input_required', { lastUpdatedAt: at(5) }, 's2c', http)
    return lines.status(id, 'completed', { lastUpdatedAt: at(9) }, 's2c', http)
  }

  test('ends the task, and is no fault', () => {
    const { states, illegal, rules, signs } = replay(overtaken(get))
    expect({ states, illegal, signs }).toEqual({ states: ['running', 'completed'], illegal: 0, signs: [] })
    expect(rules).not.toContain('illegal-transition')
    expect(rules).not.toContain('change-after-terminal')
  })

  test('is a fault on stdio, where nothing overtakes', () => {
    expect(replay(overtaken(undefined)).illegal).toBeGreaterThan(0)
  })
})

describe('a notice that arrives after an answer which told the end', () => {
  const late = (more: Readonly<Record<string, unknown>>, http: typeof get | undefined) => {
    const lines = begun().request(1, 'tasks/get', { taskId: id }, 'c2s', http && { n: 3 })
    lines.result(1, task(id, 'completed', more), 's2c', http && { n: 3 })
    return lines.status(id, 'working', more, 's2c', http)
  }

  test.each([
    ['with the same time', { lastUpdatedAt: at(7) }],
    ['without a time', {}],
  ])('%s was on its way', (_name, more) => {
    const { states, illegal, rules, signs } = replay(late(more, get))
    expect({ states, illegal, signs }).toEqual({ states: ['running', 'completed'], illegal: 0, signs: [] })
    expect(rules).not.toContain('change-after-terminal')
    expect(rules).not.toContain('zombie-work')
  })

  test('is a change after the end on the same stream, and on stdio', () => {
    expect(replay(late({ lastUpdatedAt: at(7) }, undefined)).rules).toContain('change-after-terminal')
    const lines = begun().status(id, 'failed', {}, 's2c', get).status(id, 'working', {}, 's2c', get)
    expect(replay(lines).rules).toContain('change-after-terminal')
  })

  test('is a change after the end when it says itself that it is newer', () => {
    const lines = begun().request(1, 'tasks/get', { taskId: id }, 'c2s', { n: 3 })
    lines.result(1, task(id, 'completed', { lastUpdatedAt: at(7) }), 's2c', { n: 3 })
    lines.status(id, 'working', { lastUpdatedAt: at(8) }, 's2c', get)
    expect(replay(lines).rules).toContain('change-after-terminal')
  })
})

test('a creation that is told after the end of its task undoes nothing', () => {
  const lines = capture().request(0, 'tools/call', { name: 'crawl', task: {} }, 'c2s', { n: 1 })
  lines.status(id, 'working', { lastUpdatedAt: at(0) }, 's2c', get)
  lines.status(id, 'completed', { lastUpdatedAt: at(0) }, 's2c', get)
  lines.result(0, { task: task(id, 'working', { lastUpdatedAt: at(0) }) }, 's2c', { n: 1 })
  const { states, illegal, rules } = replay(lines)
  expect({ states, illegal }).toEqual({ states: ['running', 'completed'], illegal: 0 })
  expect(rules).not.toContain('change-after-terminal')
})

test('a poll that was asked before the end may be answered with what was true then', () => {
  const lines = begun().request(1, 'tasks/get', { taskId: id }).status(id, 'completed').result(1, task(id, 'working'))
  const { illegal, rules } = replay(lines)
  expect(illegal).toBe(0)
  expect(rules).not.toContain('change-after-terminal')
})

test('times that go back are a fault only where the order is certain', () => {
  const older = { lastUpdatedAt: at(-5000) }
  const asked = begun().request(1, 'tasks/get', { taskId: id }, 'c2s', { n: 3 })
  expect(replay(asked.result(1, task(id, 'working', older), 's2c', { n: 3 })).rules).toContain('time-not-monotonic')
  expect(replay(begun().status(id, 'working', older, 's2c', get)).rules).toContain('time-not-monotonic')
  expect(replay(begun().status(id, 'working', older, 's2c', { n: 9, sse: true })).rules).not.toContain(
    'time-not-monotonic',
  )
})

describe('both wires in one recording', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
  }

  test('each frame is judged by the wire that it is written in', () => {
    const lines = capture().exchange(
      0,
      'initialize',
      { protocolVersion: '2025-11-25' },
      { capabilities: { tasks: { requests: {} } } },
    )
    lines.exchange(1, 'tools/call', { name: 't', task: {} }, { task: task(id, 'working', { pollInterval: 500 }) })
    const modern = { taskId: `${id}0`, status: 'working', ttlMs: null, pollIntervalMs: 500 }
    lines.exchange(2, 'tools/call', { name: 't', _meta: meta }, { resultType: 'task', ...modern })
    lines.exchange(3, 'tasks/get', { taskId: id }, task(id, 'working'))
    lines.exchange(4, 'tasks/get', { taskId: `${id}0`, _meta: meta }, { resultType: 'complete', ...modern })
    expect(lines.report().findings).toEqual([])
  })

  test('a client that probed and fell back breaks no rule of the wire that it left', () => {
    const headers = { 'mcp-protocol-version': '2025-11-25' }
    const lines = capture().request(0, 'server/discover', { _meta: meta }, 'c2s', {
      n: 1,
      headers: { 'mcp-method': 'server/discover', ...headers },
    })
    lines.error(0, -32601, 's2c', { n: 1 }).request(1, 'initialize', {}, 'c2s', { n: 2, headers })
    lines.request(2, 'tools/list', {}, 'c2s', { n: 3, headers })
    expect(lines.report().findings.map(({ rule }) => rule)).toEqual(['era-probe'])
  })

  test('notifications need no Mcp-Method', () => {
    const headers = { 'mcp-protocol-version': '2026-07-28' }
    const lines = capture().request(0, 'tools/list', { _meta: meta }, 'c2s', {
      n: 1,
      headers: { 'mcp-method': 'tools/list', ...headers },
    })
    lines.notify('notifications/cancelled', { requestId: 0 }, 'c2s', { n: 2, headers })
    expect(lines.report().findings).toEqual([])
  })
})
