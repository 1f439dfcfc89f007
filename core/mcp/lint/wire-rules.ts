/** What belongs to no single task: ids, headers, metadata, error codes, how a conversation begins and ends. */
import type { SideEvent } from '../analyze/analyzer.ts'
import type { World } from '../analyze/world.ts'
import { clientCapabilitiesKey, protocolVersionKey, subscriptionIdKey } from '../eras/modern.ts'
import { decodeName, nameOf } from '../eras/modern-headers.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { AnswerSighting, RequestSighting } from '../wire/conversation.ts'
import type { Frame } from '../wire/frame.ts'
import { isRecord, jsonText, listAt, recordAt, stringAt } from '../wire/json-record.ts'
import { unknownTask } from './refusal.ts'
import {
  defineFamily,
  legacyBase,
  legacyTasks,
  legacyTransports,
  modernBase,
  modernHttp,
  modernStdio,
  modernTasks,
} from './rule.ts'
import type { Mark } from './task-ledger.ts'

/** A server that wants to end at the end of its input has done so by then. */
const eofGraceMs = 2000
/** A signal that comes sooner than this after the end of the input says nothing of the server: nobody waited for it. */
const eofPatienceMs = 200

export const wireRules = defineFamily({
  rules: {
    'not-json': {
      severity: 'error',
      says: 'No sentence of the specification; a recording is JSON lines, each an object with a kind.',
      address: 'https://jsonlines.org/',
    },
    'not-json-rpc': {
      severity: 'error',
      says: 'The server MUST NOT write anything to its stdout that is not a valid MCP message.',
      address: `${legacyTransports}#stdio`,
    },
    'id-reused-across-directions': {
      severity: 'info',
      says: 'The request ID MUST NOT have been previously used by the requestor within the same session.',
      address: `${legacyBase}#requests`,
    },
    'missing-meta': {
      severity: 'error',
      says: 'A request missing any required field is malformed; the server MUST reject it with JSON-RPC error code -32602 (Invalid params).',
      address: `${modernBase}#_meta`,
    },
    'mcp-name-mismatch': {
      severity: 'error',
      says: 'When tasks/get, tasks/update, or tasks/cancel is sent over the Streamable HTTP transport, the client MUST set the Mcp-Name header to the value of params.taskId.',
      address: `${modernTasks}#streamable-http-routing-headers`,
    },
    'mcp-method-mismatch': {
      severity: 'error',
      says: 'Servers that process the request body MUST reject requests where the values specified in the headers do not match the corresponding values in the request body.',
      address: `${modernHttp}#server-validation`,
    },
    'listen-without-task-ids': {
      severity: 'warning',
      says: 'To begin listening for task status notifications, clients send a subscriptions/listen request to the server including a list of task IDs the client is interested in',
      address: `${modernTasks}#task-status-notifications`,
    },
    'wrong-error-code': {
      severity: 'warning',
      says: 'Invalid or nonexistent taskId in tasks/get, tasks/result, or tasks/cancel: -32602 (Invalid params)',
      address: `${legacyTasks}#protocol-errors`,
      modern: {
        says: 'Servers MUST return standard JSON-RPC errors for the following protocol error cases: Invalid or nonexistent taskId: -32602 (Invalid params)',
        address: `${modernTasks}#protocol-errors`,
      },
    },
    'stdin-eof-ignored': {
      severity: 'info',
      says: 'Servers SHOULD exit promptly when their standard input is closed or reads return end-of-file.',
      address: `${modernStdio}#shutdown`,
    },
    'era-probe': {
      severity: 'info',
      says: 'A client that supports both modern (per-request-metadata) MCP versions and a legacy version that requires an initialize handshake SHOULD probe with server/discover before sending any other request, setting its preferred modern version in _meta.',
      address: `${modernStdio}#backward-compatibility`,
    },
  },
  watch(report) {
    const ids = new BoundedMap<string, Mark>()
    const serverIds = new BoundedMap<string, Mark>()
    const listens = new BoundedMap<string, { readonly seq: number; readonly taskIds: number }>()
    let collided = false
    let probe: Mark | undefined
    let eof: Mark | undefined
    let exited = false

    function collide(request: RequestSighting): void {
      const { frame } = request
      if (collided || frame.dir.includes('dbg')) return
      const id = JSON.stringify(request.message.id)
      const [mine, others] = frame.dir === 'c2s' ? [ids, serverIds] : [serverIds, ids]
      mine.set(id, { seq: frame.seq, at: frame.at })
      const other = others.get(id)
      if (other === undefined) return
      collided = true
      const text = `The id ${id} names a request in each direction; answers are told apart by their direction only.`
      report('id-reused-across-directions', { seq: [other.seq, frame.seq], text })
    }

    function checkMeta(request: RequestSighting): void {
      const meta = recordAt(request.message.params, '_meta')
      const missing = [protocolVersionKey, clientCapabilitiesKey].filter((key) => meta?.[key] === undefined)
      if (missing.length === 0) return
      const { method } = request.message
      const text = `${method} lacks ${missing.join(' and ')} in _meta.`
      report('missing-meta', { seq: [request.frame.seq], text })
    }

    function checkHeaders(frame: Frame): void {
      const { message } = frame
      // Requests only; an initialize is no request of this wire, whoever probed before.
      if (message.kind !== 'request' || message.method === 'initialize') return
      const headers = headersOf(frame)
      if (headers === undefined) return
      const method = headers.get('mcp-method')
      if (method !== message.method) {
        const text = `${message.method} was sent with ${method === undefined ? 'no Mcp-Method' : `Mcp-Method ${method}`}.`
        report('mcp-method-mismatch', { seq: [frame.seq], text })
      }
      const wanted = nameOf(message.method, message.params)
      if (wanted === undefined) return
      const name = headers.get('mcp-name')
      if (name === undefined || decodeName(name) !== wanted) {
        const sent = name === undefined ? 'no Mcp-Name' : `Mcp-Name ${name}`
        const about = message.method.startsWith('tasks/') ? { taskId: wanted } : {}
        const text = `${message.method} of ${wanted} was sent with ${sent}.`
        report('mcp-name-mismatch', { ...about, seq: [frame.seq], text })
      }
    }

    function listened(request: RequestSighting): void {
      const { params, id } = request.message
      const wanted = recordAt(params, 'notifications')
      const taskIds = listAt(wanted, 'taskIds').length
      listens.set(jsonText(id), { seq: request.frame.seq, taskIds })
      if (wanted !== undefined && Object.keys(wanted).length > 0 && !(Array.isArray(wanted.taskIds) && taskIds === 0))
        return
      const text = 'subscriptions/listen names no task, so no task will be notified.'
      report('listen-without-task-ids', { seq: [request.frame.seq], text })
    }

    function acknowledged(frame: Frame): void {
      if (frame.message.kind !== 'notification') return
      const { params } = frame.message
      const id = recordAt(params, '_meta')?.[subscriptionIdKey]
      const listen = listens.get(jsonText(id)) ?? (listens.size === 1 ? [...listens.values()][0] : undefined)
      const granted = listAt(recordAt(params, 'notifications'), 'taskIds').length
      if (listen === undefined || listen.taskIds === 0 || granted > 0) return
      const text = 'A subscription that names tasks was acknowledged without them.'
      report('listen-without-task-ids', { seq: [listen.seq, frame.seq], text })
    }

    function checkError(answer: AnswerSighting, world: World): void {
      const { message, request, frame } = answer
      if (message.kind !== 'error' || request === undefined) return
      const { method, params } = request.message
      const { code } = message.error
      const modern = world.era?.name === 'modern'
      const taskId = stringAt(params, 'taskId')
      const wrong = (right: string) => {
        const text = `${method} was refused with ${code} where ${right} is right.`
        const named = taskId === undefined ? {} : { taskId }
        report('wrong-error-code', { ...named, seq: [request.frame.seq, frame.seq], text })
      }
      if (modern && (method === 'tasks/result' || method === 'tasks/list')) {
        if (code !== -32601) wrong('-32601')
      } else if (modern && ((code <= -32000 && code >= -32019) || code === -32042)) {
        wrong('a code with a meaning')
      } else if (method.startsWith('tasks/') && code !== -32602 && unknownTask.test(message.error.message)) {
        wrong('-32602')
      } else if (method === 'tools/call' && params.task !== undefined && world.toolsListed) {
        const tool = world.tools.get(stringAt(params, 'name') ?? '')
        const forbidden = tool !== undefined && (tool.taskSupport ?? 'forbidden') === 'forbidden'
        if (!modern && forbidden && code !== -32601) wrong('-32601')
      }
    }

    /** sdk servers wrap a refused call into a result that only reads like an error. */
    function checkDisguised(answer: AnswerSighting, world: World): void {
      const { message, request, frame } = answer
      if (message.kind !== 'result' || request?.message.method !== 'tools/call' || message.result.isError !== true)
        return
      const tool = world.tools.get(stringAt(request.message.params, 'name') ?? '')
      if (tool?.taskSupport !== 'required' || request.message.params.task !== undefined) return
      const text = `${tool.name} without a task was answered with a result instead of the error -32601.`
      report('wrong-error-code', { seq: [request.frame.seq, frame.seq], text })
    }

    function side(event: SideEvent): void {
      const { seq, at } = event
      if (event.kind === 'not-json' || event.kind === 'rpc-unparsed') {
        const rule = event.kind === 'not-json' ? 'not-json' : 'not-json-rpc'
        const where = event.kind === 'not-json' ? 'of the recording' : 'on the wire'
        const what = event.kind === 'not-json' ? 'none' : 'no message'
        const sample = (stringAt(event.fields, 'text') ?? '').slice(0, 80)
        const which = sample === '' ? '' : ` that starts with ${JSON.stringify(sample)}`
        const why = stringAt(event.fields, 'why') ?? 'it cannot be read'
        const text = `A line ${where}${which} is ${what}: ${why}.`
        report(rule, { seq: [seq], text, key: rule })
      }
      if (event.kind === 'stdin-end') eof ??= { seq, at }
      if (eof === undefined || exited) return
      const signalled = event.kind === 'signal' && at - eof.at > eofPatienceMs
      if (signalled || (event.kind === 'exit' && at - eof.at > eofGraceMs)) {
        const text = `The server did not end with its input; ${signalled ? 'a signal had to' : 'it took its time'}.`
        report('stdin-eof-ignored', { seq: [eof.seq, seq], text, key: 'eof' })
      }
      if (event.kind === 'exit') exited = true
    }

    return {
      side,
      frame(sighting, world) {
        const { frame } = sighting
        const modern = world.era?.name === 'modern'
        if (sighting.kind === 'request') {
          const { method } = sighting.message
          collide(sighting)
          if (method === 'server/discover') probe = frame
          if (method === 'initialize' && probe !== undefined) {
            const text = 'The client probed with server/discover and then fell back to initialize.'
            report('era-probe', { seq: [probe.seq, frame.seq], text })
          }
          if (modern && frame.dir.endsWith('2s')) checkMeta(sighting)
          if (method === 'subscriptions/listen') listened(sighting)
        }
        if (modern && frame.dir.endsWith('2s')) checkHeaders(frame)
        if (
          sighting.kind === 'notification' &&
          sighting.message.method === 'notifications/subscriptions/acknowledged'
        ) {
          acknowledged(frame)
        }
        if (sighting.kind === 'answer') {
          checkError(sighting, world)
          checkDisguised(sighting, world)
        }
      },
    }
  },
})

/** Header names in lower case; absent when the recorder kept none that MCP knows. */
function headersOf(frame: Frame): ReadonlyMap<string, string> | undefined {
  const headers = frame.http?.headers
  if (!isRecord(headers)) return undefined
  const read = new Map<string, string>()
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string') read.set(name.toLowerCase(), value)
  return read.has('mcp-method') || read.has('mcp-name') || read.has('mcp-protocol-version') ? read : undefined
}
