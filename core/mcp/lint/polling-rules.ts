/** How tasks are asked about, and what the asking brings. */
import type { WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import { readTaskSupport } from '../eras/legacy.ts'
import { declaresTasks } from '../eras/modern.ts'
import { BoundedMap, fingerprint } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isOurs } from '../wire/frame.ts'
import { type JsonRecord, jsonText } from '../wire/json-record.ts'
import { defineFamily, legacyTasks, modernTasks } from './rule.ts'
import type { Mark, TaskRecord } from './task-ledger.ts'

/** Timers are coarse and pipes jitter; a poll this much early is still in time. */
const earlyShare = 0.8
/** A blocked result that comes within this time of the end comes at once. */
const promptMs = 250

export const pollingRules = defineFamily({
  rules: {
    'task-param-on-poll': {
      severity: 'warning',
      says: 'To create a task, requestors send a request with the task field included in the request params.',
      address: `${legacyTasks}#creating-tasks`,
    },
    'poll-too-fast': {
      severity: 'warning',
      says: 'Requestors SHOULD respect the pollInterval provided in responses when determining polling frequency.',
      address: `${legacyTasks}#getting-tasks`,
      modern: {
        says: 'Clients SHOULD respect the pollIntervalMs provided in responses when determining polling frequency.',
        address: `${modernTasks}#task-polling`,
      },
    },
    'undeclared-tasks-method': {
      severity: 'warning',
      says: 'capabilities.tasks.list controls if the tasks/list operation is supported by the party.',
      address: `${legacyTasks}#capability-negotiation`,
      modern: {
        says: 'Servers MUST return this error for non-declaring clients issuing tasks/get, tasks/update, and tasks/cancel requests.',
        address: `${modernTasks}#protocol-errors`,
      },
    },
    'result-differs': {
      severity: 'error',
      says: 'For tasks in a terminal status, receivers MUST return from tasks/result exactly what the underlying request would have returned, whether that is a successful result or a JSON-RPC error.',
      address: `${legacyTasks}#result-retrieval`,
    },
    'late-result-delivery': {
      severity: 'info',
      says: 'When a receiver receives a tasks/result request for a task in any other non-terminal status (working or input_required), it MUST block the response until the task reaches a terminal status.',
      address: `${legacyTasks}#result-retrieval`,
    },
  },
  watch(report, ledger) {
    const lastGet = new BoundedMap<string, Mark>()
    const results = new BoundedMap<TaskRecord, { readonly text: string; readonly seq: number }>()

    function requested(fact: Extract<WireFact, { kind: 'task.request' }>, world: World): void {
      const { request, taskId } = fact
      const { method, params } = request.message
      const { frame } = request
      if (isOurs(frame)) return
      if (params.task !== undefined) {
        report('task-param-on-poll', {
          taskId,
          seq: [frame.seq],
          text: `Requests about ${taskId} carry a task parameter.`,
        })
      }
      if (method === 'tasks/get') polled(fact)
      const problem = undeclared(request, world)
      if (problem !== undefined) report('undeclared-tasks-method', { taskId, seq: [frame.seq], text: problem })
    }

    function polled({ request, host, taskId }: Extract<WireFact, { kind: 'task.request' }>): void {
      const { frame } = request
      const key = `${frame.dir} ${host} ${taskId}`
      const before = lastGet.get(key)
      lastGet.set(key, { seq: frame.seq, at: frame.at })
      const interval = ledger.get(host, taskId)?.pollIntervalMs
      if (before === undefined || interval === undefined) return
      const gap = frame.at - before.at
      if (gap >= interval * earlyShare) return
      const text = `${taskId} is polled faster than the ${interval} ms that its host asked for.`
      report('poll-too-fast', { taskId, seq: [before.seq, frame.seq], text, key: 'fast' })
    }

    function undeclared(request: RequestSighting, world: World): string | undefined {
      const { method, params } = request.message
      if (world.era?.name === 'modern') {
        return declaresTasks(params) ? undefined : `${method} does not declare that its sender knows tasks.`
      }
      if (request.frame.dir !== 'c2s' || world.serverCapabilities === undefined) return undefined
      const support = readTaskSupport(world.serverCapabilities)
      if (world.serverCapabilities.tasks === undefined) return `${method} was sent to a server that offers no tasks.`
      if (method === 'tasks/cancel' && !support.cancel)
        return 'tasks/cancel was sent to a server that does not offer it.'
      if (method === 'tasks/list' && !support.list) return 'tasks/list was sent to a server that does not offer it.'
      return undefined
    }

    function fetched(fact: Extract<WireFact, { kind: 'task.response' }>): void {
      const { request, answer } = fact.exchange
      const record = ledger.get(fact.host, fact.taskId)
      if (request.message.method !== 'tasks/result' || answer.message.kind !== 'result' || record === undefined) return
      const text = comparable(answer.message.result)
      const before = results.get(record)
      if (before === undefined) results.set(record, { text, seq: answer.frame.seq })
      else if (before.text !== text) {
        const said = `tasks/result gave another result of ${fact.taskId} than before.`
        report('result-differs', { taskId: fact.taskId, seq: [before.seq, answer.frame.seq], text: said })
      }
      const { terminal } = record
      if (terminal === undefined || terminal.at < request.frame.at) return
      const late = answer.frame.at - terminal.at
      if (late <= promptMs) return
      const said = `The blocked tasks/result of ${fact.taskId} was answered ${Math.round(late)} ms after its end was told.`
      report('late-result-delivery', { taskId: fact.taskId, seq: [terminal.seq, answer.frame.seq], text: said })
    }

    return {
      fact(fact, world) {
        if (fact.kind === 'task.request') requested(fact, world)
        if (fact.kind === 'task.response') fetched(fact)
      },
      frame(sighting, world) {
        if (sighting.kind !== 'request' || sighting.message.method !== 'tasks/list') return
        const problem = undeclared(sighting, world)
        if (problem !== undefined) report('undeclared-tasks-method', { seq: [sighting.frame.seq], text: problem })
      },
    }
  },
})

/** The result without its bookkeeping. */
function comparable(result: JsonRecord): string {
  const { _meta, ...rest } = result
  return fingerprint(jsonText(rest))
}
