/**
 * Tasks that run here for a legacy server: it asks `elicitation/create` or `sampling/createMessage` with `task`, gets
 * a task at once, and polls for the person's answer
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks). Owns one timer per task, for its ttl;
 * `close` ends them.
 */
import { randomUUID } from 'node:crypto'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { NodeId } from '../../model/identity.ts'
import type { InputAnswer } from '../../model/input-question.ts'
import { formOf } from '../analyze/question.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { CancelOrigin } from '../analyze/task-event-context.ts'
import { readRelatedTask, relatedTaskMeta } from '../eras/legacy.ts'
import { isTerminalStatus, type WireStatus } from '../eras/task-snapshot.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord, type JsonRecord, numberAt, recordAt, stringAt } from '../wire/json-record.ts'
import { invalidParams, type RpcError, type RpcId, type RpcRequest } from '../wire/rpc-message.ts'
import type { DeskOptions } from './desk-options.ts'
import { responseOf } from './peer-questions.ts'

export interface HostedTasksOptions extends Pick<DeskOptions, 'emit' | 'clock' | 'timers' | 'peer' | 'events'> {
  readonly newId?: () => string
}

interface HostedTask {
  readonly taskId: string
  readonly method: string
  readonly createdAt: number
  /** Milliseconds from its creation. */
  readonly ttlMs: number
  status: WireStatus
  statusMessage: string
  updatedAt: number
  /** What `tasks/result` gives, once it has ended. */
  end: { readonly result: JsonRecord } | { readonly error: RpcError } | undefined
  /** Requests for the result that wait for the end. */
  readonly waiting: Set<RpcId>
  expiry: Dispose
}

const defaultTtlMs = 3_600_000
const longestTtlMs = 86_400_000
const pollIntervalMs = 1000
const maxTasks = 1000
const pageSize = 50
const internalError = -32603

/** Whether the server wants a question answered as a task. */
export function wantsHosting({ message }: RequestSighting): boolean {
  return hostedMethods.has(message.method) && isRecord(message.params.task)
}

const hostedMethods = new Set(['elicitation/create', 'sampling/createMessage'])

/** What a legacy client says of the tasks that it hosts. */
export function hostingCapabilities(sampling: boolean): JsonRecord {
  const requests = { elicitation: { create: {} }, ...(sampling ? { sampling: { createMessage: {} } } : {}) }
  return { list: {}, cancel: {}, requests }
}

export class HostedTasks {
  readonly #options: HostedTasksOptions
  readonly #tasks = new Map<string, HostedTask>()
  readonly #cancelled = new Map<NodeId, CancelOrigin>()

  constructor(options: HostedTasksOptions) {
    this.#options = options
  }

  /** Makes a task of a question and asks the person. */
  host(request: RequestSighting): void {
    const { peer, clock, timers, emit, newId = randomUUID } = this.#options
    const { id, method, params } = request.message
    if (!this.#hasRoom()) {
      peer.refuse(id, { code: internalError, message: `${maxTasks} questions wait here already` })
      return
    }
    const asked = numberAt(recordAt(params, 'task'), 'ttl') ?? defaultTtlMs
    const ttlMs = Math.min(Math.max(asked, 0), longestTtlMs)
    const now = clock.now()
    const task: HostedTask = {
      taskId: newId(),
      method,
      createdAt: now,
      ttlMs,
      status: 'working',
      statusMessage: 'A person is being asked',
      updatedAt: now,
      end: undefined,
      waiting: new Set(),
      expiry: timers.after(ttlMs, () => this.#expire(task)),
    }
    this.#tasks.set(task.taskId, task)
    const related = readRelatedTask(params)
    peer.respond(id, { task: fieldsOf(task), ...(related === undefined ? {} : { _meta: relatedTaskMeta(related) }) })
    const entry = this.#options.events().task('client', task.taskId)
    if (entry === undefined) return
    const question = { requestId: task.taskId, ...formOf(method, params), askedAt: now }
    emit({ kind: 'task.asked', id: entry.id, question })
    this.#move(task, 'input_required', 'Waits for a person')
  }

  /** @returns whether it was a request about tasks, which has been answered or waits for its answer */
  takeRequest({ id, method, params }: RpcRequest): boolean {
    const { peer } = this.#options
    if (method === 'tasks/list') {
      this.#list(id, params)
      return true
    }
    if (method !== 'tasks/get' && method !== 'tasks/result' && method !== 'tasks/cancel') return false
    const taskId = stringAt(params, 'taskId') ?? ''
    const task = this.#tasks.get(taskId)
    if (task === undefined) peer.refuse(id, { code: invalidParams, message: `there is no task ${taskId}` })
    else if (method === 'tasks/get') peer.respond(id, fieldsOf(task))
    else if (method === 'tasks/result') {
      if (task.end === undefined) task.waiting.add(id)
      else this.#giveResult(task, id)
    } else if (task.end !== undefined) {
      peer.refuse(id, { code: invalidParams, message: `the task has ${task.status} already` })
    } else this.#cancelFor(task, id)
    return true
  }

  /** The server no longer waits for this answer. */
  forgetWaiting(id: RpcId): void {
    for (const task of this.#tasks.values()) task.waiting.delete(id)
  }

  /** A person answers. @returns why that is refused */
  answer(entry: TaskEntry, answer: InputAnswer, request: ControlRequest): string | undefined {
    const task = this.#of(entry)
    if (task === undefined || task.end !== undefined) return 'this question is no longer open'
    if (answer.action === 'accept' && !isRecord(answer.content)) return 'the answer to a question is a JSON object'
    const { emit } = this.#options
    emit({ kind: 'control.acknowledged', control: request.id })
    emit({ kind: 'task.answered', id: entry.id, requestId: task.taskId, action: answer.action, by: request.by })
    const result = responseOf(task.method, answer)
    if (result === undefined) {
      this.#end(task, 'failed', { error: { code: -1, message: 'a person declined to answer for the model' } })
    } else this.#end(task, 'completed', { result })
    emit({ kind: 'control.effective', control: request.id, effect: `the task has ${task.status}` })
    return undefined
  }

  /** A person does not want to answer at all. */
  cancel(entry: TaskEntry, request: ControlRequest): void {
    const { emit } = this.#options
    const task = this.#of(entry)
    if (task === undefined || task.end !== undefined) {
      emit({ kind: 'control.refused', control: request.id, reason: 'it has ended' })
      return
    }
    const { by, reason, id: control } = request
    emit({ kind: 'control.acknowledged', control })
    this.#cancelled.set(entry.id, { by, control, ...(reason === undefined ? {} : { reason }) })
    this.#end(task, 'cancelled', cancelledEnd)
    this.#stopped(entry)
    emit({ kind: 'control.effective', control, effect: 'the server is told' })
  }

  cancelOf(id: NodeId): CancelOrigin | undefined {
    return this.#cancelled.get(id)
  }

  close(): void {
    for (const task of this.#tasks.values()) task.expiry()
    this.#tasks.clear()
  }

  /** What has ended makes room, the oldest first. */
  #hasRoom(): boolean {
    if (this.#tasks.size < maxTasks) return true
    for (const task of this.#tasks.values()) {
      if (task.end === undefined) continue
      task.expiry()
      return this.#tasks.delete(task.taskId)
    }
    return false
  }

  #of(entry: TaskEntry): HostedTask | undefined {
    return entry.taskId === undefined ? undefined : this.#tasks.get(entry.taskId)
  }

  #entry(task: HostedTask): TaskEntry | undefined {
    return this.#options.events().task('client', task.taskId)
  }

  #list(id: RpcId, params: JsonRecord): void {
    const { peer } = this.#options
    const all = [...this.#tasks.values()]
    const cursor = params.cursor
    const start = cursor === undefined ? 0 : all.findIndex((task) => task.taskId === cursor) + 1
    if (cursor !== undefined && start === 0) {
      peer.refuse(id, { code: invalidParams, message: 'the cursor is none of this list' })
      return
    }
    const page = all.slice(start, start + pageSize)
    const last = start + pageSize < all.length ? page.at(-1) : undefined
    peer.respond(id, { tasks: page.map(fieldsOf), ...(last === undefined ? {} : { nextCursor: last.taskId }) })
  }

  #cancelFor(task: HostedTask, id: RpcId): void {
    const entry = this.#entry(task)
    const server = { kind: 'peer', name: 'the server' } as const
    if (entry !== undefined) this.#cancelled.set(entry.id, { by: server })
    this.#withdraw(task)
    this.#set(task, 'cancelled', 'The server cancelled it', cancelledEnd)
    this.#options.peer.respond(id, fieldsOf(task))
    this.#tellEnd(task)
    if (entry !== undefined) this.#stopped(entry)
  }

  /** Nothing of ours goes on behind a question that is no longer asked. */
  #stopped(entry: TaskEntry): void {
    const { events, clock } = this.#options
    events().watch.over(entry, 'nobody is asked any more', clock.now())
  }

  #expire(task: HostedTask): void {
    if (task.end === undefined) {
      this.#withdraw(task)
      this.#end(task, 'failed', { error: { code: invalidParams, message: 'its ttl has passed' } }, 'Its ttl has passed')
    }
    this.#tasks.delete(task.taskId)
  }

  /** The open question goes away without the person. */
  #withdraw(task: HostedTask): void {
    const entry = this.#entry(task)
    if (entry === undefined || task.end !== undefined) return
    const by = { kind: 'peer', name: 'the server' } as const
    this.#options.emit({ kind: 'task.answered', id: entry.id, requestId: task.taskId, action: 'cancel', by })
  }

  #end(task: HostedTask, status: WireStatus, end: NonNullable<HostedTask['end']>, words?: string): void {
    this.#set(task, status, words ?? ('error' in end ? end.error.message : 'A person has answered'), end)
    this.#tellEnd(task)
  }

  #tellEnd(task: HostedTask): void {
    this.#options.peer.notify('notifications/tasks/status', fieldsOf(task))
    for (const id of task.waiting) this.#giveResult(task, id)
    task.waiting.clear()
  }

  #move(task: HostedTask, status: WireStatus, statusMessage: string): void {
    this.#set(task, status, statusMessage, undefined)
    this.#options.peer.notify('notifications/tasks/status', fieldsOf(task))
  }

  #set(task: HostedTask, status: WireStatus, statusMessage: string, end: HostedTask['end']): void {
    task.status = status
    task.statusMessage = statusMessage
    // Two changes within a millisecond are told in their order all the same.
    task.updatedAt = Math.max(this.#options.clock.now(), task.updatedAt)
    if (isTerminalStatus(status)) task.end = end
  }

  #giveResult(task: HostedTask, id: RpcId): void {
    const { peer } = this.#options
    if (task.end === undefined) return
    if ('error' in task.end) peer.refuse(id, task.end.error)
    else peer.respond(id, { ...task.end.result, _meta: relatedTaskMeta(task.taskId) })
  }
}

const cancelledEnd = { error: { code: invalidParams, message: 'the task was cancelled' } } as const

/** A task as the legacy wire writes it. */
function fieldsOf(task: HostedTask): JsonRecord {
  const { taskId, status, statusMessage, ttlMs, createdAt, updatedAt } = task
  return {
    taskId,
    status,
    statusMessage,
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(updatedAt).toISOString(),
    ttl: ttlMs,
    pollInterval: pollIntervalMs,
  }
}
