/** Counts what a capture report tells of the frames and of each task. */

import { BoundedMap } from '../wire/bounded.ts'
import type { Sighting } from '../wire/conversation.ts'
import { type RpcMessage, readRpcValue } from '../wire/rpc-message.ts'
import type { SideEvent, WireObserver } from './analyzer.ts'
import type { TaskReport } from './capture-report.ts'
import type { TaskHost, WireFact } from './wire-fact.ts'

type Counted = { -readonly [Field in keyof TaskReport]: TaskReport[Field] } & { readonly statuses: string[] }

/** A report of more would not be read; and no file may fill the memory. */
const maxTasks = 200_000
const maxCodes = 1000
const maxStatuses = 10_000

export class ReportCounts implements WireObserver {
  readonly #tasks = new BoundedMap<string, Counted & { readonly id: string }>(maxTasks)
  readonly #errorCodes = new BoundedMap<string, number>(maxCodes)
  #pages = 0

  frame(sighting: Sighting): void {
    this.#codeOf(sighting.message)
  }

  /** What a resumed stream sends again is in the file again; for its task it happened once. */
  side({ kind, fields: { msg } }: SideEvent): void {
    if (kind !== 'sse-replay') return
    for (const value of Array.isArray(msg) ? msg : [msg]) {
      const reading = readRpcValue(value)
      if (reading.ok) for (const message of reading.messages) this.#codeOf(message)
    }
  }

  fact(fact: WireFact): void {
    switch (fact.kind) {
      case 'task.created': {
        const task = this.#task(fact.host, fact.snapshot.taskId)
        task.tool ??= fact.target
        if (task.statuses.length === 0) task.statuses.push(fact.snapshot.status)
        return
      }
      case 'task.status': {
        if (fact.via === 'list' || fact.via === 'update') return
        const task = this.#task(fact.host, fact.snapshot.taskId)
        if (fact.via === 'notification') task.statusNotifications += 1
        const { status } = fact.snapshot
        if (task.statuses.at(-1) !== status && task.statuses.length < maxStatuses) task.statuses.push(status)
        return
      }
      case 'task.response':
        this.#response(fact)
        return
      case 'task.page':
        this.#pages += 1
        return
      case 'asked':
        if (fact.taskId !== undefined && fact.request.message.method === 'elicitation/create') {
          const host = fact.request.frame.dir.startsWith('s') ? 'server' : 'client'
          this.#task(host, fact.taskId).elicitations += 1
        }
        return
      default:
        return
    }
  }

  get errorCodes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#errorCodes)
  }

  get tasksListPages(): number {
    return this.#pages
  }

  /** By id; in the rare case that both sides host a task of the same id, the later one says who hosts it. */
  get tasks(): Readonly<Record<string, TaskReport>> {
    const reports = new Map<string, TaskReport>()
    for (const { id, ...task } of this.#tasks.values()) {
      reports.set(reports.has(id) ? `${id} (${task.host})` : id, { ...task, statuses: [...task.statuses] })
    }
    return Object.fromEntries(reports)
  }

  #codeOf(message: RpcMessage): void {
    if (message.kind !== 'error') return
    const code = String(message.error.code)
    this.#errorCodes.set(code, (this.#errorCodes.get(code) ?? 0) + 1)
  }

  #response(fact: Extract<WireFact, { kind: 'task.response' }>): void {
    const { method } = fact.exchange.request.message
    if (method === 'tasks/result') this.#task(fact.host, fact.taskId).resultCalls += 1
    if (!fact.ok) return
    if (method === 'tasks/get') this.#task(fact.host, fact.taskId).gets += 1
    if (method === 'tasks/cancel') this.#task(fact.host, fact.taskId).cancelRequests += 1
    if (method === 'tasks/update') this.#task(fact.host, fact.taskId).updates += 1
  }

  #task(host: TaskHost, id: string): Counted {
    const key = `${host} ${id}`
    let task = this.#tasks.get(key)
    if (task === undefined) {
      const none = { gets: 0, statusNotifications: 0, cancelRequests: 0, updates: 0, resultCalls: 0, elicitations: 0 }
      task = { id, tool: null, host, ...none, statuses: [] }
      this.#tasks.set(key, task)
    }
    return task
  }
}
