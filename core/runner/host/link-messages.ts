/**
 * What a host and its owner say to each other over the link. Both ends parse what they read: a host runs code of
 * other people, so nothing that arrives from it is trusted to have the shape it should have.
 */
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { TaskEvent, TaskEventBody } from '../../model/event.ts'
import type { ControlId, TaskId } from '../../model/identity.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import type { StackFrame } from '../../model/stack.ts'
import type { EarlierTask } from '../earlier-task.ts'
import type { CellEnd, CellStep } from '../isolation/cell.ts'
import type { LoadFailure } from '../module/load-failure.ts'

/** Both ends come from one build; a mismatch means a stale process and ends the connection. */
export const linkVersion = 1

/** At most this many unacknowledged entries; beyond that, starts of tasks wait in the host. */
export const creditWindow = 50_000

/**
 * `event`: numbered by the runner, so a gap shows loss. `fact`: what the host or its watchdog adds; its owner numbers
 * it. Both keep their order. The watchdog's own facts use up no credit (`uncounted`).
 */
export type LinkEntry =
  | { readonly event: TaskEvent }
  | { readonly fact: TaskEventBody; readonly at: number; readonly uncounted?: true }

export type CellCall =
  | { readonly do: 'start'; readonly name: string; readonly memoryMb?: number }
  | { readonly do: 'send'; readonly data: string }
  /** To be acted on while its code stands still. */
  | { readonly do: 'now'; readonly data: string }
  | { readonly do: 'go'; readonly step: CellStep }
  | { readonly do: 'stop' | 'end' | 'kill' }

export type CellTold =
  | { readonly what: 'data'; readonly data: string }
  /** Without a stack it was stopped from outside, and only its system knows where. */
  | { readonly what: 'stopped'; readonly stack?: readonly StackFrame[] }
  | { readonly what: 'ended'; readonly end: CellEnd }

/** Host to owner. */
export type FromHost =
  | { readonly type: 'hello'; readonly version: number; readonly token: string; readonly pid: number }
  /** Answer to `welcome`, to compare the clocks. Milliseconds since the Unix epoch. */
  | { readonly type: 'clock'; readonly sent: number; readonly now: number }
  | { readonly type: 'batch'; readonly entries: readonly LinkEntry[] }
  /** The names of what the module offers; the offers themselves are an event. */
  | { readonly type: 'loaded'; readonly tasks: readonly string[] }
  | { readonly type: 'loadFailed'; readonly failure: LoadFailure }
  | { readonly type: 'frozen'; readonly control: ControlId; readonly stack: readonly StackFrame[] }
  | { readonly type: 'thawed'; readonly control: ControlId }
  /** Without `control` when the owner itself asked. */
  | { readonly type: 'stackTaken'; readonly control?: ControlId; readonly stack: readonly StackFrame[] }
  /** What a host asks of the process that runs one of its tasks; only its owner can start and signal it. */
  | { readonly type: 'cellCall'; readonly cell: number; readonly call: CellCall }
  /** From the process of one task to its host, which alone reads it. */
  | { readonly type: 'cellData'; readonly data: string }
  /** Its code stands still, as `stop` has asked. */
  | { readonly type: 'cellStopped'; readonly stop: number; readonly stack: readonly StackFrame[] }
  /** What was to be acted on at once has been; its answers have been sent before. */
  | { readonly type: 'cellDone'; readonly ask: number }
  /** The last message of the process of one task. */
  | { readonly type: 'cellOver'; readonly end: CellEnd }
  /** The last message: why the process ends, as far as it could still say so. */
  | {
      readonly type: 'ending'
      readonly how: 'closed' | 'exit' | 'crash'
      readonly code?: number
      readonly error?: ErrorInfo
      /** The task whose code did it. */
      readonly task?: TaskId
    }

/** Owner to host. */
export type ToHost =
  | { readonly type: 'welcome'; readonly sent: number }
  /** `url` of the bundle that is to be imported. */
  | { readonly type: 'load'; readonly url: string; readonly breakpoints: readonly Breakpoint[] }
  /** `earlier`: for a retry of a task that this process never knew. */
  | { readonly type: 'control'; readonly request: ControlRequest; readonly earlier?: EarlierTask }
  /** How many entries have been applied since the process started. */
  | { readonly type: 'acknowledged'; readonly entries: number }
  | { readonly type: 'takeStack' }
  | { readonly type: 'cellTold'; readonly cell: number; readonly told: CellTold }
  | { readonly type: 'cellData'; readonly data: string }
  /** To the process of one task: stops the task's code wherever it is, and lets it go on. */
  | { readonly type: 'cellStop'; readonly stop: number }
  | { readonly type: 'cellGo'; readonly step: CellStep }
  /** To the process of one task whose code stands still: acts on this without letting it run. */
  | { readonly type: 'cellNow'; readonly ask: number; readonly data: string }
  /** End every task, then the process. */
  | { readonly type: 'close'; readonly reason: string }

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEntry(value: unknown): value is LinkEntry {
  if (!isFields(value)) return false
  if (isFields(value.event)) {
    const event = value.event
    return typeof event.kind === 'string' && Number.isSafeInteger(event.seq) && Number.isFinite(event.at)
  }
  return isFields(value.fact) && typeof value.fact.kind === 'string' && Number.isFinite(value.at)
}

function isFrame(value: unknown): value is StackFrame {
  return isFields(value) && typeof value.name === 'string'
}

/** Gives `undefined` for what is no message of a host. */
export function parseFromHost(value: unknown): FromHost | undefined {
  return isFields(value) && isFromHost(value) ? (value as unknown as FromHost) : undefined
}

function isFromHost(m: Fields): boolean {
  switch (m.type) {
    case 'hello':
      return typeof m.version === 'number' && typeof m.token === 'string' && typeof m.pid === 'number'
    case 'clock':
      return Number.isFinite(m.sent) && Number.isFinite(m.now)
    case 'batch':
      return Array.isArray(m.entries) && m.entries.every(isEntry)
    case 'loaded':
      return Array.isArray(m.tasks) && m.tasks.every((name) => typeof name === 'string')
    case 'loadFailed':
      return isFields(m.failure) && typeof m.failure.text === 'string'
    case 'thawed':
      return typeof m.control === 'string'
    case 'frozen':
      return typeof m.control === 'string' && Array.isArray(m.stack) && m.stack.every(isFrame)
    case 'stackTaken':
      return Array.isArray(m.stack) && m.stack.every(isFrame)
    case 'cellCall':
      return Number.isSafeInteger(m.cell) && isFields(m.call) && isCall(m.call)
    case 'cellData':
      return typeof m.data === 'string'
    case 'cellStopped':
      return Number.isSafeInteger(m.stop) && Array.isArray(m.stack) && m.stack.every(isFrame)
    case 'cellDone':
      return Number.isSafeInteger(m.ask)
    case 'cellOver':
      return isFields(m.end) && typeof m.end.text === 'string'
    case 'ending':
      return m.how === 'closed' || m.how === 'exit' || m.how === 'crash'
    default:
      return false
  }
}

function isCall(call: Fields): boolean {
  switch (call.do) {
    case 'start':
      return typeof call.name === 'string' && (call.memoryMb === undefined || Number.isFinite(call.memoryMb))
    case 'send':
    case 'now':
      return typeof call.data === 'string'
    case 'go':
      return call.step === 'run' || call.step === 'statement'
    default:
      return call.do === 'stop' || call.do === 'end' || call.do === 'kill'
  }
}

/** Gives `undefined` for what is no message of an owner. */
export function parseToHost(value: unknown): ToHost | undefined {
  return isFields(value) && isToHost(value) ? (value as unknown as ToHost) : undefined
}

function isToHost(m: Fields): boolean {
  switch (m.type) {
    case 'welcome':
      return Number.isFinite(m.sent)
    case 'load':
      return typeof m.url === 'string' && Array.isArray(m.breakpoints)
    case 'control':
      return isFields(m.request) && typeof m.request.id === 'string' && isFields(m.request.command)
    case 'acknowledged':
      return Number.isSafeInteger(m.entries)
    case 'takeStack':
      return true
    case 'cellTold':
      return Number.isSafeInteger(m.cell) && isFields(m.told)
    case 'cellData':
      return typeof m.data === 'string'
    case 'cellNow':
      return Number.isSafeInteger(m.ask) && typeof m.data === 'string'
    case 'cellStop':
      return Number.isSafeInteger(m.stop)
    case 'cellGo':
      return m.step === 'run' || m.step === 'statement'
    case 'close':
      return typeof m.reason === 'string'
    default:
      return false
  }
}
