import { describe, expect, test } from 'vitest'
import { sessionRules } from '../../../../core/mcp/lint/session-rules.ts'
import { type CaptureLines, capture, modernMeta, task } from '../analyze/capture-lines.ts'
import { tryRules } from './try-rules.ts'

const id = '7f3c2a9e4b1d48e6a05c9d3f6e8b7a12'
const at = { lastUpdatedAt: '2026-11-24T10:00:00.000Z' }
const findings = (lines: CaptureLines) => lines.report().findings
const rules = (lines: CaptureLines) => findings(lines).map(({ rule }) => rule)

/** A session over HTTP; `header` is what the recorder kept of its id. */
function session(lines: CaptureLines, n: number, header: string): CaptureLines {
  const http = { n, headers: { 'mcp-session-id': header } }
  lines.request(0, 'initialize', {}, 'c2s', { n })
  lines.result(0, { protocolVersion: '2025-11-25', capabilities: { tasks: { cancel: {}, requests: {} } } }, 's2c', http)
  return lines
}

function ask(lines: CaptureLines, n: number, header: string, method = 'tasks/get', code = -32602): CaptureLines {
  const headers = { 'mcp-session-id': header }
  return lines.request(1, method, { taskId: id }, 'c2s', { n, headers }).error(1, code, 's2c', { n })
}

function created(n: number, header: string): CaptureLines {
  const headers = { 'mcp-session-id': header }
  const lines = session(capture(), n - 1, header)
  lines.request(1, 'tools/call', { name: 'crawl', task: {} }, 'c2s', { n, headers })
  return lines.result(1, { task: task(id, 'working', at) }, 's2c', { n })
}

/** A task that is notified on the stream of a GET. */
function notified(): CaptureLines {
  const lines = created(2, 'a').line('http-get', { http: { n: 5, method: 'GET' } })
  return lines.status(id, 'working', at, 's2c', { n: 5, sse: true })
}
const closed = () => notified().line('http-stream-close', { http: { n: 5 } })
const later = (lines: CaptureLines) => lines.wait(6000).line('sse-comment', { raw: 'keep-alive' })

tryRules(sessionRules, {
  'task-of-another-session': {
    breaks: () => findings(ask(session(created(2, 'a'), 3, 'b'), 4, 'b')),
    keeps: () => findings(ask(session(created(2, 'a'), 3, 'b'), 4, 'a')),
  },
  'notification-stream-dropped': {
    breaks: () => findings(later(closed())),
    keeps: () => findings(later(closed().request(9, 'tasks/get', { taskId: id }, 'c2s', { n: 8 }))),
  },
})

describe('a task of another session', () => {
  test('is told apart also where the recorder kept the ids of sessions secret', () => {
    expect(rules(ask(session(created(2, '[redacted]'), 3, '[redacted]'), 4, '[redacted]'))).toContain(
      'task-of-another-session',
    )
    const own = rules(ask(created(2, '[redacted]'), 4, '[redacted]'))
    expect(own).not.toContain('task-of-another-session')
    expect(own).toContain('get-not-resolvable-after-create')
  })

  test('is no task that the server lost', () => {
    expect(rules(ask(session(created(2, 'a'), 3, 'b'), 4, 'b'))).not.toContain('get-not-resolvable-after-create')
  })

  test('is not meant by a refused cancel of what has ended', () => {
    const ended = session(created(2, 'a').status(id, 'completed', {}, 's2c', { n: 9 }), 3, 'b')
    expect(rules(ask(ended, 4, 'b', 'tasks/cancel'))).not.toContain('task-of-another-session')
  })
})

describe('a stream of notifications', () => {
  test('that is opened again is not missed', () => {
    expect(rules(later(closed().line('http-get', { http: { n: 6 } })))).not.toContain('notification-stream-dropped')
  })

  test('is not missed once the task has ended', () => {
    const ended = notified()
      .status(id, 'completed', {}, 's2c', { n: 5 })
      .line('http-stream-close', { http: { n: 5 } })
    expect(rules(later(ended))).not.toContain('notification-stream-dropped')
  })

  const listened = () => {
    const lines = capture().request(1, 'tools/call', { name: 'crawl', _meta: modernMeta }, 'c2s', { n: 1 })
    lines.result(1, { resultType: 'task', taskId: id, status: 'working', ttlMs: null }, 's2c', { n: 1 })
    const params = { notifications: { taskIds: [id] }, _meta: modernMeta }
    return lines.request(2, 'subscriptions/listen', params, 'c2s', { n: 2 })
  }

  test.each([
    ['with its answer', () => listened().result(2, { resultType: 'complete' }, 's2c', { n: 2 })],
    ['with its connection', () => listened().line('http-upstream-aborted', { http: { n: 2 } })],
    ['because the client took it back', () => listened().notify('notifications/cancelled', { requestId: 2 }, 'c2s')],
  ])('of the modern wire ends %s', (_how, lines) => {
    expect(rules(later(lines()))).toContain('notification-stream-dropped')
  })

  test('of the modern wire that was refused never told anything', () => {
    expect(rules(later(listened().error(2, -32021, 's2c', { n: 2 })))).not.toContain('notification-stream-dropped')
  })
})

describe('the end of a session', () => {
  const end = (lines: CaptureLines, header: string) =>
    lines.line('http-delete', { http: { n: 9, headers: { 'mcp-session-id': header } } })

  const orphaned = 'orphaned-by-session-end'

  test.each([
    ['taken', 200, true],
    ['for a session that is not known any more', 404, true],
    ['refused', 405, false],
  ])('counts when the DELETE is %s', (_how, status, ended) => {
    const asked = () => end(created(2, 'a'), 'a')
    expect(
      rules(asked().line('rpc', { dir: 's2c', transport: 'http', http: { status, n: 9 } })).includes(orphaned),
    ).toBe(ended)
    expect(rules(asked().line('http-response', { http: { status, n: 9 } })).includes(orphaned)).toBe(ended)
    expect(rules(asked().error(null, -32000, 's2c', { status, n: 9 })).includes(orphaned)).toBe(ended)
  })

  test('counts when the client hangs up on the answer', () => {
    expect(rules(end(created(2, 'a'), 'a').line('http-client-disconnect', { http: { n: 9 } }))).toContain(orphaned)
  })

  test('orphans its own tasks only', () => {
    expect(rules(end(created(2, 'a'), 'a'))).toContain('orphaned-by-session-end')
    expect(rules(end(session(created(2, 'a'), 3, 'b'), 'b'))).not.toContain('orphaned-by-session-end')
  })

  test('does not end the watch over what comes after it', () => {
    const lines = session(end(created(2, 'a'), 'a'), 10, 'b')
    lines.request(1, 'tools/call', { name: 'crawl', task: {} }, 'c2s', { n: 11 })
    lines.result(1, { task: task(`${id}0`, 'working', at) }, 's2c', { n: 11 })
    expect(findings(later(lines.wait(20_000)))).toContainEqual(
      expect.objectContaining({ rule: 'abandoned-by-client', taskId: `${id}0` }),
    )
  })

  test('nor does the end of a process, when another is opened', () => {
    const lines = capture().create(1, id).line('exit', { code: 1, sig: null })
    lines.exchange(2, 'initialize', {}, { capabilities: {} }).create(3, `${id}0`)
    expect(findings(later(lines.wait(20_000)))).toContainEqual(
      expect.objectContaining({ rule: 'abandoned-by-client', taskId: `${id}0` }),
    )
  })
})
