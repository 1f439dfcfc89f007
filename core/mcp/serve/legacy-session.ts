/**
 * One session of the legacy wire, revision 2025-11-25: a client that asks for tasks with `params.task`, polls them, and
 * fetches results with a blocking `tasks/result`, on which questions reach it. Its tasks are its own.
 */
import type { Timers } from '../../model/clock.ts'
import type { Offer } from '../../model/node.ts'
import { legacyEra } from '../eras/legacy.ts'
import { isRecord, type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import { invalidParams, methodNotFound } from '../wire/rpc-message.ts'
import { answerOf, internalError, textResult } from './call-answer.ts'
import { ElicitationDesk } from './elicitation-desk.ts'
import type { Exchange } from './exchange.ts'
import type { Habits } from './habits.ts'
import { legacyTask, related } from './legacy-task.ts'
import { missingInput } from './missing-input.ts'
import { notifyProgress, progressTokenOf } from './progress-notices.ts'
import { ResultWaiters } from './result-waiters.ts'
import type { ServedTask } from './served-task.ts'
import type { ServerInfo } from './server-info.ts'
import type { TaskTable } from './task-table.ts'
import { argumentsOffer, inputOf, toolOf } from './tool-listing.ts'
import type { Toolbox, ToolWork } from './tool-work.ts'

export interface LegacyOptions {
  readonly toolbox: Toolbox
  readonly tasks: TaskTable
  readonly info: ServerInfo
  readonly timers: Timers
  readonly habits: Habits
  /** Tells the client something that belongs to none of its open requests. */
  readonly push: (method: string, params: JsonRecord) => void
}

const invalidRequest = -32600
const capabilities = { tools: {}, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }
/** Older revisions know no tasks, but the rest of what is spoken here. */
const olderVersions = new Set(['2025-06-18', '2025-03-26', '2024-11-05'])

export function isLegacyVersion(version: string): boolean {
  return version === legacyEra.protocolVersion || olderVersions.has(version)
}

export class LegacySession {
  readonly #options: LegacyOptions
  readonly #desk = new ElicitationDesk()
  readonly #results: ResultWaiters
  #opened = false
  #canAsk = false

  constructor(options: LegacyOptions) {
    this.#options = options
    this.#results = new ResultWaiters(options.timers, options.habits, this.#desk)
  }

  handle(exchange: Exchange): void {
    const { method, params } = exchange.request
    if (method === 'ping') exchange.reply({})
    else if (method === 'initialize') this.#initialize(exchange)
    else if (!this.#opened) exchange.refuse({ code: invalidRequest, message: 'initialize comes first' })
    else if (method === 'tools/list') exchange.reply({ tools: this.#options.toolbox.tools().map(legacyTool) })
    else if (method === 'tools/call') this.#call(exchange)
    else if (method === 'tasks/list') this.#list(exchange, stringAt(params, 'cursor'))
    else if (method === 'tasks/get' || method === 'tasks/result' || method === 'tasks/cancel') this.#task(exchange)
    else exchange.refuse({ code: methodNotFound, message: `there is no method ${method}` })
  }

  /** Nobody can reach its tasks any more: they end. */
  close(): void {
    this.#options.tasks.removeOf(this)
  }

  #initialize(exchange: Exchange): void {
    const { params } = exchange.request
    const asked = stringAt(params, 'protocolVersion') ?? ''
    this.#opened = true
    this.#canAsk = isRecord(recordAt(params, 'capabilities')?.elicitation)
    const { name, version, instructions } = this.#options.info
    exchange.reply({
      protocolVersion: olderVersions.has(asked) ? asked : legacyEra.protocolVersion,
      capabilities,
      serverInfo: { name, version },
      ...(instructions !== undefined && { instructions }),
    })
  }

  #list(exchange: Exchange, cursor: string | undefined): void {
    const page = this.#options.tasks.page(this, cursor)
    if (page === undefined) exchange.refuse({ code: invalidParams, message: 'the cursor is none' })
    else exchange.reply({ ...page, tasks: page.tasks.map(legacyTask) })
  }

  #task(exchange: Exchange): void {
    const { method, params } = exchange.request
    const task = this.#options.tasks.find(params.taskId, this)
    if (task === undefined) {
      exchange.refuse({ code: invalidParams, message: `there is no task ${String(params.taskId)}` })
    } else if (method === 'tasks/get') exchange.reply(legacyTask(task))
    else if (method === 'tasks/result') this.#results.wait(exchange, task)
    else if (task.answer !== undefined) {
      exchange.refuse({ code: invalidParams, message: `it is ${String(legacyTask(task).status)} already` })
    } else {
      task.cancelAtOnce('asked for with tasks/cancel')
      exchange.reply(legacyTask(task))
    }
  }

  #call(exchange: Exchange): void {
    const { params } = exchange.request
    const tool = this.#options.toolbox.tools().find((offer) => offer.name === stringAt(params, 'name'))
    if (tool === undefined) {
      exchange.refuse({ code: invalidParams, message: `there is no tool ${String(params.name)}` })
      return
    }
    const { taskSupport = 'optional' } = tool
    const asTask = params.task !== undefined
    if (asTask === (taskSupport === 'forbidden') && taskSupport !== 'optional') {
      const message = asTask ? `${tool.name} does not run as a task` : `${tool.name} only runs as a task`
      exchange.refuse({ code: methodNotFound, message })
      return
    }
    if (asTask && this.#options.tasks.full) {
      exchange.refuse({ code: internalError, message: 'there are too many tasks' })
      return
    }
    void this.#start(exchange, tool, asTask)
  }

  async #start(exchange: Exchange, tool: Offer, asTask: boolean): Promise<void> {
    const { params } = exchange.request
    const input = await this.#inputFor(exchange, argumentsOffer(tool))
    if (input === undefined || !exchange.open) return
    const traceparent = stringAt(recordAt(params, '_meta'), 'traceparent')
    const work = this.#options.toolbox.start(tool.name, inputOf(tool, input), {
      ...(traceparent !== undefined && { traceparent }),
    })
    if (asTask) this.#asTask(exchange, work)
    else this.#plain(exchange, work)
  }

  /** The arguments with what the client was asked for; nothing when the exchange has been answered without. */
  async #inputFor(exchange: Exchange, tool: Offer): Promise<JsonRecord | undefined> {
    const given = recordAt(exchange.request.params, 'arguments') ?? {}
    const missing = missingInput(tool, given)
    if (missing === undefined) return given
    if (missing.elicitation !== undefined && this.#canAsk) {
      const answer = await exchange.ask('elicitation/create', missing.elicitation)
      const told = answer?.kind === 'result' && answer.result.action === 'accept' ? answer.result.content : undefined
      const whole = { ...given, ...(isRecord(told) ? told : {}) }
      if (missingInput(tool, whole) === undefined) return whole
    }
    exchange.refuse({ code: invalidParams, message: `${tool.name} needs ${missing.names.join(', ')}` })
    return undefined
  }

  #asTask(exchange: Exchange, work: ToolWork): void {
    const { params } = exchange.request
    const ttl = recordAt(params, 'task')?.ttl
    const task = this.#follow(work, typeof ttl === 'number' ? ttl : undefined)
    const token = progressTokenOf(recordAt(params, '_meta'))
    if (token !== undefined) {
      notifyProgress(work, token, (fields) => this.#options.push('notifications/progress', related(task, fields)))
    }
    exchange.reply({ task: legacyTask(task) })
  }

  #follow(work: ToolWork, ttlMs?: number): ServedTask {
    const { tasks, push } = this.#options
    const task = tasks.add(work, { owner: this, canAsk: this.#canAsk, ...(ttlMs !== undefined && { ttlMs }) })
    // The creation is told first: what happens before it is part of it.
    task.onChange(() => push('notifications/tasks/status', legacyTask(task)))
    return task
  }

  #plain(exchange: Exchange, work: ToolWork): void {
    if (this.#options.habits.notifyPlainCalls) this.#follow(work)
    const canAsk = this.#canAsk
    const token = progressTokenOf(recordAt(exchange.request.params, '_meta'))
    const releases = [
      work.onChange(look),
      exchange.onAbandoned(() => {
        release()
        work.cancel('its caller cancelled the call')
      }),
    ]
    if (token !== undefined) {
      releases.push(notifyProgress(work, token, (params) => exchange.notify('notifications/progress', params)))
    }
    if (canAsk) releases.push(this.#desk.attend(exchange, work, (params) => params))

    function release(): void {
      for (const dispose of releases) dispose()
    }

    function look(): void {
      if (!canAsk) for (const { requestId } of work.questions) work.answer(requestId, { action: 'cancel' })
      if (work.outcome === undefined) return
      release()
      const answer = answerOf(work.outcome)
      if (answer.kind === 'result') exchange.reply(answer.result)
      else if (answer.kind === 'error') exchange.refuse(answer.error)
      else exchange.reply(textResult(`It was cancelled: ${answer.reason}`, true))
    }

    look()
  }
}

function legacyTool(offer: Offer): JsonRecord {
  return { ...toolOf(offer), execution: { taskSupport: offer.taskSupport ?? 'optional' } }
}
