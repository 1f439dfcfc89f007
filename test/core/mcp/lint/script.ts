/** Writes conversations as capture lines, the ordinary parts by themselves, so that a test says only what is odd. */
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'
import type { LintFinding } from '../../../../core/mcp/lint/rule.ts'

type Fields = Readonly<Record<string, unknown>>

/** An id as a good server makes it. */
export const goodId = '7f3c2a9e4b1d48e6a05c9d3f6e8b7a12'
const start = Date.parse('2026-11-24T10:00:00.000Z')

export interface Script {
  /** Time goes on by `ms`. */
  wait(ms: number): void
  line(kind: string, fields?: Fields): number
  /** A line of the file as it stands. */
  raw(text: string): void
  /** Sends a request and gives its id. */
  request(method: string, params?: Fields, dir?: string, id?: number): number
  answer(id: number, result: Fields, dir?: string): void
  refuse(id: number, code: number, message: string, dir?: string): void
  notify(method: string, params: Fields, dir?: string): void
  /** The fields of a task as they are now. */
  task(status?: string, fields?: Fields): Fields
  /** A whole exchange. */
  exchange(method: string, params: Fields, result: Fields): void
  /** A tool call that is answered with a task; gives the id of the request. */
  create(params?: Fields, fields?: Fields): number
  status(status: string, fields?: Fields): void
  get(status?: string, fields?: Fields): void
  result(result?: Fields): void
}

interface Wire {
  readonly modern: boolean
  readonly headers?: (method: string, params: Fields) => Fields
}

function write(wire: Wire): { script: Script; lines: string[] } {
  const lines = [JSON.stringify({ kind: 'meta', scenario: 'script' })]
  let at = 0
  let lastId = 100
  const newId = () => {
    lastId += 1
    return lastId
  }
  const related = { _meta: { 'io.modelcontextprotocol/related-task': { taskId: goodId } } }
  const modernMeta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
  }
  const complete = wire.modern ? { resultType: 'complete' } : {}
  const script: Script = {
    wait: (ms) => {
      at += ms
    },
    line(kind, fields = {}) {
      const seq = lines.length
      lines.push(JSON.stringify({ seq, tMs: at, kind, ...fields }))
      at += 1
      return seq
    },
    raw: (text) => {
      lines.push(text)
    },
    request(method, params = {}, dir = 'c2s', id = newId()) {
      const sent = wire.modern && !Object.hasOwn(params, '_meta') ? { ...params, _meta: modernMeta } : params
      const http = wire.headers === undefined ? {} : { http: { headers: wire.headers(method, params) } }
      const transport = wire.headers === undefined ? 'stdio' : 'http'
      script.line('rpc', { dir, transport, ...http, msg: { jsonrpc: '2.0', id, method, params: sent } })
      return id
    },
    answer(id, result, dir = 's2c') {
      script.line('rpc', { dir, transport: 'stdio', msg: { jsonrpc: '2.0', id, result } })
    },
    refuse(id, code, message, dir = 's2c') {
      script.line('rpc', { dir, transport: 'stdio', msg: { jsonrpc: '2.0', id, error: { code, message } } })
    },
    notify(method, params, dir = 's2c') {
      script.line('rpc', { dir, transport: 'stdio', msg: { jsonrpc: '2.0', method, params } })
    },
    task: (status = 'working', fields = {}) => ({
      taskId: goodId,
      status,
      createdAt: new Date(start).toISOString(),
      lastUpdatedAt: new Date(start + at).toISOString(),
      ...(wire.modern ? { ttlMs: 60_000, pollIntervalMs: 1000 } : { ttl: 60_000, pollInterval: 1000 }),
      ...fields,
    }),
    exchange(method, params, result) {
      script.answer(script.request(method, params), result)
    },
    create(params = {}, fields = {}) {
      const asked = wire.modern ? {} : { task: {} }
      const id = script.request('tools/call', { name: 'crawl', arguments: {}, ...asked, ...params })
      const task = script.task('working', fields)
      script.answer(id, wire.modern ? { resultType: 'task', ...task } : { task })
      return id
    },
    status(status, fields = {}) {
      script.notify(wire.modern ? 'notifications/tasks' : 'notifications/tasks/status', script.task(status, fields))
    },
    get(status = 'working', fields = {}) {
      script.exchange('tasks/get', { taskId: goodId }, { ...complete, ...script.task(status, fields) })
    },
    result(result = { content: [] }) {
      script.exchange('tasks/result', { taskId: goodId }, { ...related, ...result })
    },
  }
  return { script, lines }
}

const tasks = { list: {}, cancel: {}, requests: { tools: { call: {} } } }
const tools = [
  { name: 'crawl', execution: { taskSupport: 'required' } },
  { name: 'maybe', execution: { taskSupport: 'optional' } },
  { name: 'echo' },
]

/** What is found in a legacy conversation that has been opened and goes on as `play` says. */
export function legacy(
  play: (script: Script) => void,
  capabilities: Fields = { tools: {}, tasks },
): readonly LintFinding[] {
  const { script, lines } = write({ modern: false })
  const offer = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
  script.exchange('initialize', offer, { ...offer, capabilities, serverInfo: { name: 's', version: '1' } })
  script.notify('notifications/initialized', {}, 'c2s')
  script.exchange('tools/list', {}, { tools })
  play(script)
  return analyzeCapture(lines).findings
}

/** What is found in a modern conversation. */
export function modern(play: (script: Script) => void, headers?: Wire['headers']): readonly LintFinding[] {
  const { script, lines } = write({ modern: true, ...(headers === undefined ? {} : { headers }) })
  script.exchange(
    'server/discover',
    {},
    { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} },
  )
  play(script)
  return analyzeCapture(lines).findings
}
