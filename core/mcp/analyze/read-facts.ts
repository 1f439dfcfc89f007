/**
 * Reads one sighting into facts. Looks only at what was sent and at what the world already knows; remembers nothing
 * itself. Never throws on what a peer sent.
 */
import type { Era } from '../eras/era.ts'
import { legacyEra, readRelatedTask } from '../eras/legacy.ts'
import { modernEra, readMetaVersion } from '../eras/modern.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { AnswerSighting, NotificationSighting, RequestSighting, Sighting } from '../wire/conversation.ts'
import { isFromServer, receiver } from '../wire/frame.ts'
import { isRecord, type JsonRecord, jsonText, listAt, numberAt, recordAt, stringAt } from '../wire/json-record.ts'
import type { RpcId } from '../wire/rpc-message.ts'
import type { Exchange, StatusPath, TaskHost, ToolInfo, WireFact } from './wire-fact.ts'
import type { World } from './world.ts'

/** The wires in the order in which their shapes are tried. A further one joins this list. */
const eras: readonly Era[] = [legacyEra, modernEra]

const asks = new Set(['elicitation/create', 'sampling/createMessage', 'roots/list'])
const taskRequests = new Set(['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/update'])

export function readFacts(sighting: Sighting, world: World): WireFact[] {
  const facts: WireFact[] = []
  const era = eraOf(sighting, world)
  if (era !== undefined && era !== world.era) facts.push({ kind: 'era', era, frame: sighting.frame })
  switch (sighting.kind) {
    case 'request':
      readRequest(sighting, facts)
      return facts
    case 'notification':
      readNotification(sighting, world, facts)
      return facts
    case 'answer':
      if (sighting.request !== undefined) {
        readAnswer({ request: sighting.request, answer: sighting }, world, facts)
      }
      return facts
  }
}

/**
 * Requests and their results say themselves in which wire they are written; everything else is in the wire that was
 * spoken last. A client may probe for one wire and fall back to the other.
 */
function eraOf(sighting: Sighting, world: World): Era | undefined {
  if (sighting.kind === 'request') return eraOfRequest(sighting, world)
  if (sighting.kind === 'answer' && sighting.message.kind === 'result' && sighting.request !== undefined) {
    return eraOfRequest(sighting.request, world) ?? spokenEra(sighting)
  }
  return world.era ?? spokenEra(sighting)
}

function eraOfRequest(request: RequestSighting, world: World): Era | undefined {
  const { method, params } = request.message
  if (method === 'initialize') return legacyEra
  if (readMetaVersion(params) !== undefined) return modernEra
  return world.initialized ? legacyEra : (world.era ?? spokenEra(request))
}

function spokenEra(sighting: Sighting): Era | undefined {
  return eras.find((candidate) => candidate.speaks(sighting.message))
}

/** The name of what a request calls: the tool, or for a task that the client hosts the method. */
export function targetOf(request: RequestSighting): string {
  const { method, params } = request.message
  return method === 'tools/call' ? (stringAt(params, 'name') ?? method) : method
}

function readRequest(request: RequestSighting, facts: WireFact[]): void {
  const { method, params } = request.message
  const host = receiver(request.frame.dir)
  const asksTask = isRecord(params.task)
  const taskId = stringAt(params, 'taskId')
  if (taskRequests.has(method)) {
    if (taskId !== undefined && taskId !== '') facts.push({ kind: 'task.request', request, host, taskId })
    return
  }
  if (method === 'tools/call' || (asksTask && asks.has(method))) {
    facts.push({ kind: 'call.sent', request, host, target: targetOf(request), asksTask })
  }
  if (asks.has(method)) {
    const related = readRelatedTask(params)
    facts.push({ kind: 'asked', request, ...(related === undefined ? {} : { taskId: related }) })
  }
}

function readNotification(sighting: NotificationSighting, world: World, facts: WireFact[]): void {
  const { method, params } = sighting.message
  const statusEra = eras.find((candidate) => candidate.statusNotification === method)
  if (statusEra !== undefined) {
    const host: TaskHost = isFromServer(sighting.frame.dir) ? 'server' : 'client'
    const snapshot = statusEra.readTask(params)
    if (snapshot !== undefined) facts.push({ kind: 'task.status', host, via: 'notification', snapshot, sighting })
    return
  }
  if (method === 'notifications/cancelled') {
    const requestId = idAt(params, 'requestId')
    if (requestId === undefined) return
    facts.push({ kind: 'request.cancelled', requestId, sighting })
    const request = world.conversation.openRequest(sighting.frame.dir, requestId)
    if (request !== undefined && asks.has(request.message.method)) {
      facts.push({ kind: 'ask.withdrawn', request, sighting })
    }
    return
  }
  if (method === 'notifications/progress') {
    const token = idAt(params, 'progressToken')
    const progress = numberAt(params, 'progress')
    if (token === undefined || progress === undefined) return
    const total = numberAt(params, 'total')
    const message = stringAt(params, 'message')
    facts.push({
      kind: 'progress',
      token,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message }),
      sighting,
    })
    return
  }
  if (method === 'notifications/message') {
    const data = params.data
    const text = typeof data === 'string' ? data : jsonText(data)
    facts.push({ kind: 'log', level: stringAt(params, 'level') ?? 'info', text, sighting })
  }
}

function readAnswer(exchange: Exchange, world: World, facts: WireFact[]): void {
  const { method, params } = exchange.request.message
  const { message } = exchange.answer
  const result = message.kind === 'result' ? message.result : undefined
  const host = receiver(exchange.request.frame.dir)
  if (method === 'tools/call' || isRecord(params.task)) {
    const created = result === undefined ? undefined : readCreation(result, world)
    const target = targetOf(exchange.request)
    if (created !== undefined && !taskRequests.has(method)) {
      facts.push({ kind: 'task.created', exchange, host, target, ...created })
      return
    }
    if (method === 'tools/call') facts.push({ kind: 'call.answered', exchange, host, target })
  }
  if (asks.has(method)) {
    const related = readRelatedTask(params)
    facts.push({ kind: 'ask.answered', exchange, ...(related === undefined ? {} : { taskId: related }) })
    return
  }
  if (taskRequests.has(method)) {
    readTaskAnswer(exchange, result, host, world, facts)
    return
  }
  if (result === undefined) return
  if (method === 'tasks/list') {
    facts.push({ kind: 'task.page', exchange })
    for (const entry of listAt(result, 'tasks')) {
      const snapshot = isRecord(entry) ? readTask(entry, world) : undefined
      if (snapshot !== undefined) pushStatus('list', snapshot, exchange.answer, host, facts)
    }
  } else if (method === 'initialize' || method === 'server/discover') {
    const protocolVersion = stringAt(result, 'protocolVersion')
    facts.push({
      kind: 'server',
      exchange,
      ...(protocolVersion === undefined ? {} : { protocolVersion }),
      capabilities: recordAt(result, 'capabilities') ?? {},
    })
  } else if (method === 'tools/list') {
    const tools = listAt(result, 'tools').flatMap(readTool)
    facts.push({ kind: 'tools', exchange, tools, first: stringAt(params, 'cursor') === undefined })
  }
}

function readTaskAnswer(
  exchange: Exchange,
  result: JsonRecord | undefined,
  host: TaskHost,
  world: World,
  facts: WireFact[],
): void {
  const { method, params } = exchange.request.message
  const taskId = stringAt(params, 'taskId')
  if (taskId === undefined || taskId === '') return
  facts.push({ kind: 'task.response', exchange, host, taskId, ok: result !== undefined })
  if (result === undefined || method === 'tasks/result') return
  // A peer that leaves the id out, or wraps the task as in a creation, is understood all the same.
  const fields = stringAt(result, 'status') === undefined ? (recordAt(result, 'task') ?? result) : result
  const snapshot = readTask(stringAt(fields, 'taskId') === undefined ? { ...fields, taskId } : fields, world)
  const via = method === 'tasks/get' ? 'get' : method === 'tasks/cancel' ? 'cancel' : 'update'
  if (snapshot !== undefined) pushStatus(via, snapshot, exchange.answer, host, facts)
}

function pushStatus(
  via: StatusPath,
  snapshot: TaskSnapshot,
  sighting: AnswerSighting,
  host: TaskHost,
  facts: WireFact[],
): void {
  facts.push({ kind: 'task.status', host, via, snapshot, sighting })
}

/** Tries the wire of the conversation first; a peer that mixes the wires is understood all the same. */
function inOrder(world: World): readonly Era[] {
  const { era } = world
  return era === undefined ? eras : [era, ...eras.filter((other) => other !== era)]
}

function readCreation(result: JsonRecord, world: World): { snapshot: TaskSnapshot; era: Era } | undefined {
  for (const era of inOrder(world)) {
    const snapshot = era.readCreation(result)
    if (snapshot !== undefined) return { snapshot, era }
  }
  return undefined
}

function readTask(fields: JsonRecord, world: World): TaskSnapshot | undefined {
  return (world.era ?? legacyEra).readTask(fields)
}

export function readTool(value: unknown): ToolInfo[] {
  if (!isRecord(value)) return []
  const name = stringAt(value, 'name')
  if (name === undefined) return []
  const title = stringAt(value, 'title') ?? stringAt(recordAt(value, 'annotations'), 'title')
  const description = stringAt(value, 'description')
  const inputSchema = recordAt(value, 'inputSchema')
  const support = stringAt(recordAt(value, 'execution'), 'taskSupport')
  return [
    {
      name,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      ...(inputSchema === undefined ? {} : { inputSchema }),
      ...(support === 'forbidden' || support === 'optional' || support === 'required' ? { taskSupport: support } : {}),
    },
  ]
}

function idAt(params: JsonRecord, key: string): RpcId | undefined {
  return stringAt(params, key) ?? numberAt(params, key)
}
