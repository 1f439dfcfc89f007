/**
 * The modern wire: core revision 2026-07-28 with the extension `io.modelcontextprotocol/tasks`. Stateless: each request
 * says what its sender can do, and the id of a task is the only handle on it.
 */
import type { Timers } from '../../model/clock.ts'
import type { Offer } from '../../model/node.ts'
import { modernEra, tasksExtension } from '../eras/modern.ts'
import { isRecord, type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import { invalidParams } from '../wire/rpc-message.ts'
import { internalError, textResult } from './call-answer.ts'
import type { Exchange } from './exchange.ts'
import type { Habits } from './habits.ts'
import { missingInput, missingInputKey } from './missing-input.ts'
import { type ClientWords, declaredBy, refusalOf, tasksNotDeclared } from './modern-request.ts'
import { detailedTask, elicitRequest, modernTask } from './modern-task.ts'
import { PlainCalls } from './plain-calls.ts'
import { elicitedAnswer } from './question-form.ts'
import type { ServedTask } from './served-task.ts'
import type { ServerInfo } from './server-info.ts'
import { Subscriptions } from './subscriptions.ts'
import type { TaskTable } from './task-table.ts'
import { argumentsOffer, inputOf, toolOf } from './tool-listing.ts'
import type { Toolbox } from './tool-work.ts'

const serverInfoKey = 'io.modelcontextprotocol/serverInfo'
const complete = { resultType: 'complete' }
/** A module that is loaded anew may have other tools at once: nothing is to be cached. */
const uncached = { ttlMs: 0, cacheScope: 'private' }

export interface ModernOptions {
  readonly toolbox: Toolbox
  readonly tasks: TaskTable
  readonly info: ServerInfo
  readonly timers: Timers
  readonly habits: Habits
}

export class ModernService {
  readonly #options: ModernOptions
  readonly #plain: PlainCalls
  readonly #subscriptions: Subscriptions

  constructor(options: ModernOptions) {
    this.#options = options
    this.#plain = new PlainCalls(options.timers)
    this.#subscriptions = new Subscriptions(options.tasks)
  }

  handle(exchange: Exchange): void {
    const { request, headers } = exchange
    const refusal = refusalOf(request, headers)
    if (refusal !== undefined) {
      exchange.refuse(refusal.error, refusal.status)
      return
    }
    const client = declaredBy(request.params)
    switch (request.method) {
      case 'server/discover':
        exchange.reply(this.#discovery())
        break
      case 'tools/list':
        exchange.reply({ ...complete, tools: this.#options.toolbox.tools().map(toolOf), ...uncached })
        break
      case 'tools/call':
        this.#call(exchange, client)
        break
      case 'subscriptions/listen':
        if (recordAt(request.params, 'notifications')?.taskIds !== undefined && this.#lacksTasks(exchange, client))
          break
        this.#subscriptions.listen(exchange)
        break
      default:
        if (!this.#lacksTasks(exchange, client)) this.#task(exchange)
    }
  }

  close(): void {
    this.#subscriptions.close()
    this.#plain.close()
  }

  #discovery(): JsonRecord {
    const { name, version, instructions } = this.#options.info
    return {
      ...complete,
      supportedVersions: [modernEra.protocolVersion],
      capabilities: { tools: {}, extensions: { [tasksExtension]: {} } },
      ...(instructions !== undefined && { instructions }),
      ...uncached,
      _meta: { [serverInfoKey]: { name, version } },
    }
  }

  #lacksTasks(exchange: Exchange, client: ClientWords): boolean {
    if (client.tasks) return false
    exchange.refuse(tasksNotDeclared.error, tasksNotDeclared.status)
    return true
  }

  #task(exchange: Exchange): void {
    const { method, params } = exchange.request
    const task = this.#options.tasks.find(params.taskId, undefined)
    if (task === undefined) {
      exchange.refuse({ code: invalidParams, message: `there is no task ${String(params.taskId)}` })
    } else if (method === 'tasks/get') exchange.reply({ ...complete, ...detailedTask(task) })
    else if (method === 'tasks/cancel') {
      exchange.reply(complete)
      task.cancel('asked for with tasks/cancel')
    } else this.#update(exchange, task)
  }

  #update(exchange: Exchange, task: ServedTask): void {
    const responses = recordAt(exchange.request.params, 'inputResponses')
    if (responses === undefined) {
      exchange.refuse({ code: invalidParams, message: 'inputResponses must be an object' })
      return
    }
    exchange.reply(complete)
    for (const [key, question] of task.questions) {
      if (isRecord(responses[key])) task.reply(key, elicitedAnswer(responses[key], question))
    }
  }

  #call(exchange: Exchange, client: ClientWords): void {
    const { params } = exchange.request
    const { toolbox, habits } = this.#options
    if (params.requestState !== undefined && this.#plain.resume(exchange, params.requestState)) return
    const tool = toolbox.tools().find((offer) => offer.name === stringAt(params, 'name'))
    if (tool === undefined) {
      exchange.refuse({ code: invalidParams, message: `there is no tool ${String(params.name)}` })
      return
    }
    const { taskSupport = 'optional' } = tool
    if (taskSupport === 'required' && !client.tasks && habits.askDeclaration) {
      this.#lacksTasks(exchange, client)
      return
    }
    const input = this.#inputFor(exchange, argumentsOffer(tool), client)
    if (input === undefined) return
    const asTask = taskSupport !== 'forbidden' && (client.tasks || !habits.askDeclaration)
    this.#start(exchange, tool, inputOf(tool, input), client, asTask)
  }

  /** The arguments with what was asked for; nothing when the exchange has been answered because some are missing. */
  #inputFor(exchange: Exchange, tool: Offer, client: ClientWords): JsonRecord | undefined {
    const { params } = exchange.request
    const given = recordAt(params, 'arguments') ?? {}
    const missing = missingInput(tool, given)
    if (missing === undefined) return given
    const { elicitation, names } = missing
    if (elicitation === undefined || !client.elicitation) {
      exchange.refuse({ code: invalidParams, message: `${tool.name} needs ${names.join(', ')}` })
      return undefined
    }
    const response = recordAt(recordAt(params, 'inputResponses'), missingInputKey)
    if (response === undefined) {
      exchange.reply({ resultType: 'input_required', inputRequests: { [missingInputKey]: elicitRequest(elicitation) } })
      return undefined
    }
    const schema = recordAt(elicitation, 'requestedSchema')
    const answer = elicitedAnswer(response, schema === undefined ? {} : { schema })
    const told = answer.action === 'accept' && isRecord(answer.content) ? { ...given, ...answer.content } : given
    if (answer.action === 'accept' && missingInput(tool, told) === undefined) return told
    exchange.reply({ ...complete, ...textResult(`Nobody told it ${names.join(', ')}.`, true) })
    return undefined
  }

  #start(exchange: Exchange, tool: Offer, input: unknown, client: ClientWords, asTask: boolean): void {
    const { toolbox, tasks } = this.#options
    if (asTask && tasks.full) {
      exchange.refuse({ code: internalError, message: 'there are too many tasks' })
      return
    }
    const traceparent = stringAt(recordAt(exchange.request.params, '_meta'), 'traceparent')
    const work = toolbox.start(tool.name, input, { ...(traceparent !== undefined && { traceparent }) })
    if (!asTask) {
      this.#plain.follow(exchange, work, client.elicitation)
      return
    }
    const task = tasks.add(work, { owner: undefined, canAsk: client.elicitation })
    exchange.reply({ ...modernTask(task), resultType: 'task' })
  }
}
