/** Writes the lines of small captures by hand: each call is one line, numbered and timed by itself. */
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'

type Fields = Readonly<Record<string, unknown>>

export class CaptureLines {
  readonly lines: string[] = [JSON.stringify({ kind: 'meta', scenario: 'by hand' })]
  #at = 0

  /** A line of this kind. */
  line(kind: string, fields: Fields = {}): this {
    this.#at += 1
    this.lines.push(JSON.stringify({ seq: this.lines.length, tMs: this.#at, kind, ...fields }))
    return this
  }

  /** A line of the file as it stands. */
  raw(text: string): this {
    this.lines.push(text)
    return this
  }

  wait(ms: number): this {
    this.#at += ms
    return this
  }

  /** A message over stdio, or over HTTP when `http` is given. */
  rpc(dir: string, msg: unknown, http?: Fields, more: Fields = {}): this {
    const transport = http === undefined ? 'stdio' : 'http'
    return this.line('rpc', { dir, transport, msg, ...(http === undefined ? {} : { http }), ...more })
  }

  request(id: string | number, method: string, params: Fields = {}, dir = 'c2s', http?: Fields): this {
    return this.rpc(dir, { jsonrpc: '2.0', id, method, params }, http)
  }

  result(id: string | number, result: unknown, dir = 's2c', http?: Fields): this {
    return this.rpc(dir, { jsonrpc: '2.0', id, result }, http)
  }

  error(id: string | number | null, code: number, dir = 's2c', http?: Fields): this {
    return this.rpc(dir, { jsonrpc: '2.0', id, error: { code, message: 'no' } }, http)
  }

  notify(method: string, params: Fields, dir = 's2c', http?: Fields): this {
    return this.rpc(dir, { jsonrpc: '2.0', method, params }, http)
  }

  /** A legacy status notification. */
  status(taskId: string, status: string, more: Fields = {}, dir = 's2c', http?: Fields): this {
    return this.notify('notifications/tasks/status', task(taskId, status, more), dir, http)
  }

  /** A request and its answer. */
  exchange(id: string | number, method: string, params: Fields, result: unknown, dir = 'c2s'): this {
    return this.request(id, method, params, dir).result(id, result, answered(dir))
  }

  /** A tool call that is answered with a legacy task. */
  create(id: string | number, taskId: string, status = 'working', tool = 'crawl'): this {
    return this.exchange(id, 'tools/call', { name: tool, task: {} }, { task: task(taskId, status) })
  }

  report() {
    return analyzeCapture(this.lines)
  }

  taskOf(taskId: string) {
    return this.report().tasks[taskId]
  }
}

export function capture(): CaptureLines {
  return new CaptureLines()
}

export function task(taskId: string, status: string, more: Fields = {}): Fields {
  return { taskId, status, ttl: null, ...more }
}

/** `_meta` of a message that belongs to a task. */
export function relatedTo(taskId: string): Fields {
  return { _meta: { 'io.modelcontextprotocol/related-task': { taskId } } }
}

export const modernMeta: Fields = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
}

function answered(dir: string): string {
  return dir.split('2').reverse().join('2')
}
