/**
 * What the application and whoever comes to its door tell each other, one JSON object per line: proxies, which show
 * somebody else's conversation, and servers of ours, whose own tasks the application shows and controls. Both sides parse
 * what comes: a peer of another version is told so and left alone.
 */
import type { ControlRequest } from '../../model/control.ts'
import type { TaskEvent } from '../../model/event.ts'
import { type SourceId, sourceId } from '../../model/identity.ts'
import { isRecord, type JsonRecord, listAt, numberAt, recordAt, stringAt } from '../wire/json-record.ts'

export const shimVersion = 1

/** What a shim says of itself. */
export interface ShimHello {
  /** Names the shim for as long as it lives, over every application that it meets. */
  readonly id: string
  readonly pid: number
  readonly serverPid?: number
  readonly transport: 'stdio' | 'http'
  /** The server's command and arguments, or its URL. */
  readonly command: readonly string[]
  /** What the times of its lines count from, milliseconds since the epoch. */
  readonly startedAt: number
}

/** What a server of ours says of itself. */
export interface ServerHello {
  /** Names the server for as long as it lives, over every application that it meets. */
  readonly id: string
  readonly pid: number
  readonly transport: 'own'
  /** What a person calls it. */
  readonly name: string
  /** What its events call their source. */
  readonly source: SourceId
  /** Whether it sends its spans to a collector itself. */
  readonly exports: boolean
}

export type Hello = ShimHello | ServerHello

/** What the application may ask of a shim; `control` comes back with the answer. */
export type ShimOrder =
  | { readonly do: 'hold' | 'release' | 'step'; readonly control: string; readonly task: string }
  | { readonly do: 'inject'; readonly control: string; readonly method: string; readonly params: JsonRecord }
  | { readonly do: 'signal'; readonly control: string; readonly signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL' }

export type FromShim =
  | { readonly type: 'hello'; readonly version: number; readonly hello: Hello }
  /** The next line of the capture, as an object. */
  | { readonly type: 'line'; readonly line: JsonRecord }
  /** What happened in a server of ours; `seq` counts what it tells. */
  | { readonly type: 'event'; readonly seq: number; readonly event: TaskEvent }
  /** An order is being carried out. */
  | { readonly type: 'taken'; readonly control: string; readonly text: string }
  | { readonly type: 'done'; readonly control: string; readonly text: string }
  | { readonly type: 'refused'; readonly control: string; readonly text: string }
  /** How many frames of a task wait; without `waiting` it is not held any more. */
  | { readonly type: 'held'; readonly task: string; readonly waiting?: number; readonly why?: string }
  /** Nothing more will come. */
  | { readonly type: 'bye' }

export type ToShim =
  /** The lines after `after` are wanted. */
  | { readonly type: 'welcome'; readonly version: number; readonly after: number }
  /** Lines up to this one need not be kept. */
  | { readonly type: 'seen'; readonly seq: number }
  | { readonly type: 'order'; readonly order: ShimOrder }
  /** For a server of ours; its target is named as its own events name it. */
  | { readonly type: 'control'; readonly request: ControlRequest }
  /** The person has closed it; it is not to come back. */
  | { readonly type: 'dismissed' }

/** What a message of a shim is; `undefined` when it is none that we know. */
export function readFromShim(value: unknown): FromShim | undefined {
  if (!isRecord(value)) return undefined
  const control = stringAt(value, 'control')
  const text = stringAt(value, 'text') ?? ''
  switch (value.type) {
    case 'hello': {
      const fields = recordAt(value, 'hello')
      const hello = readServerHello(fields) ?? readHello(fields)
      return hello === undefined ? undefined : { type: 'hello', version: numberAt(value, 'version') ?? 0, hello }
    }
    case 'line': {
      const line = recordAt(value, 'line')
      return line === undefined ? undefined : { type: 'line', line }
    }
    case 'event': {
      const seq = numberAt(value, 'seq')
      const event = recordAt(value, 'event')
      return seq === undefined || !isEvent(event) ? undefined : { type: 'event', seq, event }
    }
    case 'taken':
    case 'done':
    case 'refused':
      return control === undefined ? undefined : { type: value.type, control, text }
    case 'held': {
      const task = stringAt(value, 'task')
      const waiting = numberAt(value, 'waiting')
      const why = stringAt(value, 'why')
      if (task === undefined) return undefined
      return {
        type: 'held',
        task,
        ...(waiting === undefined ? {} : { waiting }),
        ...(why === undefined ? {} : { why }),
      }
    }
    case 'bye':
      return { type: 'bye' }
    default:
      return undefined
  }
}

export function readToShim(value: unknown): ToShim | undefined {
  if (!isRecord(value)) return undefined
  switch (value.type) {
    case 'welcome':
      return { type: 'welcome', version: numberAt(value, 'version') ?? 0, after: numberAt(value, 'after') ?? 0 }
    case 'seen':
      return { type: 'seen', seq: numberAt(value, 'seq') ?? 0 }
    case 'order': {
      const order = readOrder(recordAt(value, 'order'))
      return order === undefined ? undefined : { type: 'order', order }
    }
    case 'control': {
      const request = recordAt(value, 'request')
      return isRequest(request) ? { type: 'control', request } : undefined
    }
    case 'dismissed':
      return { type: 'dismissed' }
    default:
      return undefined
  }
}

/** Only what everything about an event relies on; the registry takes whatever else a source says. */
function isEvent(value: unknown): value is TaskEvent {
  return isRecord(value) && typeof value.kind === 'string' && typeof value.at === 'number' && Number.isFinite(value.at)
}

function isRequest(value: unknown): value is ControlRequest {
  if (!isRecord(value) || typeof value.id !== 'string' || value.id === '') return false
  return typeof value.target === 'string' && isRecord(value.by) && isRecord(value.command)
}

function readServerHello(fields: JsonRecord | undefined): ServerHello | undefined {
  const id = stringAt(fields, 'id')
  const pid = numberAt(fields, 'pid')
  const name = stringAt(fields, 'name')
  const source = stringAt(fields, 'source')
  if (stringAt(fields, 'transport') !== 'own' || !isId(id) || pid === undefined) return undefined
  if (name === undefined || source === undefined || source === '' || source.includes('/')) return undefined
  return { id, pid, transport: 'own', name, source: sourceId(source), exports: fields?.exports === true }
}

function isId(id: string | undefined): id is string {
  return id !== undefined && /^[\w-]{8,64}$/.test(id)
}

/** What the first line of a spool says of the shim that wrote it. */
export function readHello(fields: JsonRecord | undefined): ShimHello | undefined {
  const id = stringAt(fields, 'id')
  const pid = numberAt(fields, 'pid')
  const startedAt = numberAt(fields, 'startedAt')
  if (!isId(id) || pid === undefined || startedAt === undefined) return undefined
  const serverPid = numberAt(fields, 'serverPid')
  return {
    id,
    pid,
    startedAt,
    transport: stringAt(fields, 'transport') === 'http' ? 'http' : 'stdio',
    command: listAt(fields, 'command').filter((word) => typeof word === 'string'),
    ...(serverPid === undefined ? {} : { serverPid }),
  }
}

function readOrder(fields: JsonRecord | undefined): ShimOrder | undefined {
  const control = stringAt(fields, 'control')
  if (control === undefined) return undefined
  const task = stringAt(fields, 'task')
  const method = stringAt(fields, 'method')
  const signal = stringAt(fields, 'signal')
  switch (stringAt(fields, 'do')) {
    case 'hold':
      return task === undefined ? undefined : { do: 'hold', control, task }
    case 'release':
      return task === undefined ? undefined : { do: 'release', control, task }
    case 'step':
      return task === undefined ? undefined : { do: 'step', control, task }
    case 'inject':
      return method === undefined
        ? undefined
        : { do: 'inject', control, method, params: recordAt(fields, 'params') ?? {} }
    case 'signal':
      return signal === 'SIGSTOP' || signal === 'SIGCONT' || signal === 'SIGKILL'
        ? { do: 'signal', control, signal }
        : undefined
    default:
      return undefined
  }
}
