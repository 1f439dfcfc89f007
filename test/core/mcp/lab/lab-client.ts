/** A client of the lab in this process, on a clock of its own. It does what it is told, and remembers every frame. */
import { CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import type { Deviation } from '../../../../core/mcp/lab/deviation.ts'
import { createLab } from '../../../../core/mcp/lab/lab-server.ts'
import type { LintFinding } from '../../../../core/mcp/lint/rule.ts'
import type { Headers } from '../../../../core/mcp/serve/exchange.ts'
import { isRecord, type JsonRecord, stringAt } from '../../../../core/mcp/wire/json-record.ts'
import { type OutgoingMessage, type RpcMessage, readRpcValue } from '../../../../core/mcp/wire/rpc-message.ts'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { createFakeTime, type FakeTime } from '../../../support/fake-time.ts'

export type Answer =
  | { readonly result: JsonRecord }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }

export interface LabClient {
  readonly time: FakeTime
  /** Every message of the server, in order. */
  readonly heard: readonly RpcMessage[]
  /** Every event of the lab's runner. */
  readonly events: readonly TaskEvent[]
  /** Sends a request and gives its id. */
  send(method: string, params?: JsonRecord, headers?: Headers): number
  /** The answer to a request, if it has come. */
  answerTo(id: number): Answer | undefined
  /** Sends, lets everything that is due happen, and gives the answer. Throws when there is none. */
  ask(method: string, params?: JsonRecord): Promise<Answer>
  /** As `ask`, for an answer that must be a result. */
  result(method: string, params?: JsonRecord): Promise<JsonRecord>
  /** The code of an answer that must be an error. */
  code(method: string, params?: JsonRecord): Promise<number>
  notify(method: string, params: JsonRecord): void
  /** Answers a request of the server. */
  respond(id: string | number, result: JsonRecord): void
  notices(method: string): readonly JsonRecord[]
  /** Requests of the server. */
  questions(): readonly Extract<RpcMessage, { kind: 'request' }>[]
  /** Notes what happened beside the messages, as whoever carries them would. */
  note(kind: string, fields?: JsonRecord): void
  /** Nobody listens any more. */
  leave(): void
  /** What the linter says of the conversation so far. */
  findings(): readonly LintFinding[]
  close(): Promise<void>
}

export interface LabClientOptions {
  readonly deviations?: readonly Deviation[]
  /** Added to every request that has no `_meta` of its own. */
  readonly meta?: JsonRecord
}

export const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: {},
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
}

export function createLabClient(options: LabClientOptions = {}): LabClient {
  const time = createFakeTime()
  const start = time.now()
  const events: TaskEvent[] = []
  const lab = createLab({
    version: '0',
    clock: time,
    timers: time,
    deviations: options.deviations ?? [],
    sink: (event) => events.push(event),
  })
  const lines = [JSON.stringify({ kind: 'meta', scenario: 'lab' })]
  const heard: RpcMessage[] = []
  const closers = new Set<() => void>()
  const outlet = {
    send(message: OutgoingMessage) {
      record('s2c', message)
      const reading = readRpcValue(message)
      if (reading.ok) heard.push(...reading.messages)
    },
    onClose(listener: () => void) {
      closers.add(listener)
      return () => void closers.delete(listener)
    },
  }
  const connection = lab.server.connect(outlet)
  let ids = 0

  function note(kind: string, fields: object): void {
    lines.push(JSON.stringify({ seq: lines.length, tMs: time.now() - start, kind, ...fields }))
  }

  function record(dir: string, msg: object, headers?: Headers): void {
    const http = headers === undefined ? {} : { http: { headers: Object.fromEntries(headers) } }
    note('rpc', { dir, transport: headers === undefined ? 'stdio' : 'http', msg, ...http })
  }

  function say(message: object, headers?: Headers): void {
    record('c2s', message, headers)
    const reading = readRpcValue(message)
    if (reading.ok) for (const each of reading.messages) connection.receive(each, outlet, headers)
  }

  const client: LabClient = {
    time,
    heard,
    events,
    send(method, params = {}, headers) {
      ids += 1
      const meta = options.meta === undefined || isRecord(params._meta) ? {} : { _meta: options.meta }
      say({ jsonrpc: '2.0', id: ids, method, params: { ...params, ...meta } }, headers)
      return ids
    },
    answerTo(id) {
      const answer = heard.find(
        (message) => (message.kind === 'result' || message.kind === 'error') && message.id === id,
      )
      return answer as Answer | undefined
    },
    async ask(method, params) {
      const id = client.send(method, params)
      await time.settle()
      const answer = client.answerTo(id)
      if (answer === undefined) throw new Error(`${method} was not answered`)
      return answer
    },
    async result(method, params) {
      const answer = await client.ask(method, params)
      if ('error' in answer) throw new Error(`${method}: ${answer.error.message} (${answer.error.code})`)
      return answer.result
    },
    async code(method, params) {
      const answer = await client.ask(method, params)
      if ('result' in answer) throw new Error(`${method} gave ${JSON.stringify(answer.result)}`)
      return answer.error.code
    },
    notify: (method, params) => say({ jsonrpc: '2.0', method, params }),
    respond: (id, result) => say({ jsonrpc: '2.0', id, result }),
    notices: (method) =>
      heard.flatMap((message) =>
        message.kind === 'notification' && message.method === method ? [message.params] : [],
      ),
    questions: () => heard.filter((message) => message.kind === 'request'),
    note: (kind, fields = {}) => note(kind, fields),
    leave() {
      for (const listener of [...closers]) listener()
      connection.close()
    },
    findings() {
      const analysis = new CaptureAnalysis()
      for (const line of lines) analysis.push(line)
      return analysis.finish().findings
    },
    async close() {
      const closed = lab.close()
      await time.advance(10_000)
      await closed
    },
  }
  return client
}

/** A legacy client that has opened its session. */
export async function legacyClient(options: LabClientOptions = {}, capabilities: JsonRecord = { elicitation: {} }) {
  const client = createLabClient(options)
  await client.result('initialize', {
    protocolVersion: '2025-11-25',
    capabilities,
    clientInfo: { name: 'test', version: '0' },
  })
  client.notify('notifications/initialized', {})
  await client.result('tools/list')
  return client
}

export function modernClient(options: LabClientOptions = {}): LabClient {
  return createLabClient({ meta: modernMeta, ...options })
}

/** The id of the task that a legacy call creates. */
export async function createLegacy(client: LabClient, name: string, input: JsonRecord = {}, more: JsonRecord = {}) {
  const { task } = await client.result('tools/call', { name, arguments: input, task: {}, ...more })
  return stringAt(isRecord(task) ? task : undefined, 'taskId') ?? ''
}

/** The id of the task that a modern call creates. */
export async function createModern(client: LabClient, name: string, input: JsonRecord = {}): Promise<string> {
  const task = await client.result('tools/call', { name, arguments: input })
  return stringAt(task, 'taskId') ?? ''
}

export async function statusOf(client: LabClient, taskId: string): Promise<unknown> {
  return (await client.result('tasks/get', { taskId })).status
}
