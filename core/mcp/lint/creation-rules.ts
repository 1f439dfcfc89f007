/** How tasks come to be, and whether who gets to hear of them can know them. */
import { targetOf } from '../analyze/read-facts.ts'
import type { ToolInfo, WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import { declaresTasks } from '../eras/modern.ts'
import { BoundedMap, BoundedSet } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { numberAt, recordAt } from '../wire/json-record.ts'
import { saysUnknown } from './refusal.ts'
import { defineFamily, legacyTasks, modernTasks } from './rule.ts'
import type { TaskRecord } from './task-ledger.ts'

/** Bits of a random id below which it can be guessed. */
const fewBits = 64

export const creationRules = defineFamily({
  rules: {
    'status-before-create': {
      severity: 'warning',
      says: 'No sentence of the specification; a requestor learns the id of a task from the answer that creates it, so a notice before that names a task that it cannot know.',
      address: `${legacyTasks}#creating-tasks`,
    },
    'ttl-overridden': {
      severity: 'info',
      says: 'Receivers MAY override the requested ttl duration.',
      address: `${legacyTasks}#ttl-and-resource-management`,
    },
    'undeclared-create': {
      severity: 'error',
      says: 'A server MUST NOT return CreateTaskResult to a client that did not include the extension capability on its request, regardless of prior declarations.',
      address: `${modernTasks}#capability-negotiation`,
    },
    'required-tool-without-task': {
      severity: 'warning',
      says: 'If execution.taskSupport is "required", clients MUST invoke the tool as a task.',
      address: `${legacyTasks}#tool-level-negotiation`,
    },
    'task-on-forbidden-tool': {
      severity: 'warning',
      says: 'If execution.taskSupport is not present or "forbidden", clients MUST NOT attempt to invoke the tool as a task.',
      address: `${legacyTasks}#tool-level-negotiation`,
    },
    'silent-task-leaked': {
      severity: 'warning',
      says: 'To create a task, requestors send a request with the task field included in the request params.',
      address: `${legacyTasks}#creating-tasks`,
    },
    'notified-unknown-task': {
      severity: 'warning',
      says: 'When a task status changes, receivers MAY send a notifications/tasks/status notification to inform the requestor of the change.',
      address: `${legacyTasks}#task-status-notification`,
    },
    'low-entropy-task-id': {
      severity: 'info',
      says: 'If context-binding is unavailable, receivers MUST generate cryptographically secure task IDs with enough entropy to prevent guessing and should consider using shorter TTL durations to reduce the exposure window.',
      address: `${legacyTasks}#task-isolation-and-access-control`,
      modern: {
        says: 'Servers MUST generate them with sufficient entropy that a third party cannot enumerate or guess them.',
        address: `${modernTasks}#security-considerations`,
      },
    },
    'get-not-resolvable-after-create': {
      severity: 'warning',
      says: 'A server MUST NOT return CreateTaskResult until the task is durably created — that is, until a tasks/get for the returned taskId would resolve.',
      address: `${modernTasks}#task-creation`,
    },
  },
  watch(report, ledger) {
    const strangers = new BoundedMap<TaskRecord, { readonly seq: number; readonly during?: RequestSighting }>()
    const known = new BoundedSet<TaskRecord>()
    const got = new BoundedSet<TaskRecord>()
    /** Plain calls of tools that might be tasks, while they are open. */
    const plainCalls = new BoundedSet<RequestSighting>()
    let serverEnded = -1

    function created(fact: Extract<WireFact, { kind: 'task.created' }>, world: World): void {
      const { request, answer } = fact.exchange
      const taskId = fact.snapshot.taskId
      const record = ledger.get(fact.host, taskId)
      if (record === undefined) return
      const seq = [request.frame.seq, answer.frame.seq]
      const stranger = strangers.get(record)
      if (stranger !== undefined) {
        const early = Math.max(0, answer.frame.at - record.first.at)
        const text = `The status of ${taskId} was notified ${ms(early)} before the answer that created it.`
        report('status-before-create', { taskId, seq: [stranger.seq, answer.frame.seq], text })
      }
      known.add(record)
      const { params } = request.message
      const asked = numberAt(recordAt(params, 'task'), 'ttl')
      const granted = fact.snapshot.ttlMs
      if (asked !== undefined && granted !== undefined && granted !== asked) {
        const text = `A ttl of ${asked} ms was asked for and ${granted === null ? 'one without end' : `${granted} ms`} granted.`
        report('ttl-overridden', { taskId, seq, text })
      }
      const declared = fact.era.name === 'modern' ? declaresTasks(params) : params.task !== undefined
      if (!declared && world.era !== undefined) {
        const text = `${fact.target} was answered with a task although the request did not say that its sender knows tasks.`
        report('undeclared-create', { taskId, seq, text })
      }
      const bits = idBits(taskId)
      if (bits < fewBits) {
        const text = `Task ids like ${JSON.stringify(taskId)} can be guessed (at most ${Math.floor(bits)} bits).`
        report('low-entropy-task-id', { taskId, seq: [answer.frame.seq], text })
      }
    }

    function sent(fact: Extract<WireFact, { kind: 'call.sent' }>, world: World): void {
      const { request } = fact
      if (request.message.method !== 'tools/call' || !world.toolsListed || world.era?.name === 'modern') return
      const tool = world.tools.get(targetOf(request))
      if (tool === undefined) return
      const { taskSupport = 'forbidden' } = tool
      const seq = [request.frame.seq]
      if (taskSupport === 'required' && !fact.asksTask) {
        report('required-tool-without-task', {
          seq,
          text: `${tool.name} only runs as a task and was called without one.`,
        })
      }
      if (taskSupport === 'forbidden' && fact.asksTask) {
        report('task-on-forbidden-tool', { seq, text: `${tool.name} does not run as a task and was called as one.` })
      }
    }

    function resolved(fact: Extract<WireFact, { kind: 'task.response' }>): void {
      const record = ledger.get(fact.host, fact.taskId)
      const { answer, request } = fact.exchange
      if (record === undefined || request.message.method !== 'tasks/get' || got.has(record)) return
      got.add(record)
      const made = record.created
      if (answer.message.kind !== 'error' || made === undefined || !saysUnknown(answer.message.error)) return
      // Another process or another session cannot know it.
      if (made.answer.seq < serverEnded) return
      if (!ledger.sameSession(made.request, request)) return
      const age = answer.frame.at - made.answer.at
      if (typeof made.snapshot.ttlMs === 'number' && age >= made.snapshot.ttlMs) return
      const text = `tasks/get did not know ${fact.taskId} ${ms(age)} after it had been created.`
      const seq = [made.answer.seq, answer.frame.seq]
      report('get-not-resolvable-after-create', { taskId: fact.taskId, seq, text })
    }

    function mayBeTask(tool: ToolInfo | undefined): boolean {
      return tool === undefined || (tool.taskSupport !== undefined && tool.taskSupport !== 'forbidden')
    }

    return {
      side(event) {
        if (event.kind === 'exit') serverEnded = event.seq
      },
      fact(fact, world) {
        if (fact.kind === 'session.ended') serverEnded = fact.request.seq
        if (fact.kind === 'call.sent') {
          sent(fact, world)
          const tool = world.tools.get(fact.target)
          if (!fact.asksTask && fact.request.message.method === 'tools/call' && mayBeTask(tool))
            plainCalls.add(fact.request)
        }
        if (fact.kind === 'call.answered') plainCalls.delete(fact.exchange.request)
        if (fact.kind === 'task.created') {
          plainCalls.delete(fact.exchange.request)
          created(fact, world)
        }
        if (fact.kind === 'task.request') {
          const record = ledger.get(fact.host, fact.taskId)
          if (record !== undefined) known.add(record)
        }
        if (fact.kind === 'task.response') resolved(fact)
        if (fact.kind === 'task.status') {
          const record = ledger.get(fact.host, fact.snapshot.taskId)
          if (record === undefined || known.has(record)) return
          if (fact.via === 'list') known.add(record)
          else if (fact.via === 'notification' && !strangers.has(record)) {
            const during = [...plainCalls].at(-1)
            strangers.set(record, { seq: fact.sighting.frame.seq, ...(during === undefined ? {} : { during }) })
          }
        }
      },
      end() {
        for (const [record, { seq, during }] of strangers) {
          if (known.has(record)) continue
          const taskId = record.id
          if (during === undefined) {
            const text = `${taskId} is notified, and nobody here created it or asked for it.`
            report('notified-unknown-task', { taskId, seq: [seq], text })
          } else {
            const text = `${targetOf(during)} was called without a task, and the server notifies one that it made of it.`
            report('silent-task-leaked', { taskId, seq: [during.frame.seq, seq], text })
          }
        }
      },
    }
  },
})

/** An upper bound of the bits of chance in an id: its length times the bits of the alphabet that it draws from. */
function idBits(id: string): number {
  const text = id.replace(/[^0-9A-Za-z]/g, '')
  const alphabet = /^\d*$/.test(text) ? 10 : /^[0-9a-f]*$/i.test(text) ? 16 : /^[0-9a-z]*$/.test(text) ? 36 : 62
  // Words are no chance: what counts is the part that looks drawn, which has digits in it.
  const drawn = text.length > 0 && !/\d/.test(text) ? text.length / 2 : text.length
  return drawn * Math.log2(alphabet)
}

function ms(duration: number): string {
  return duration >= 1000 ? `${(duration / 1000).toFixed(1)} s` : `${Math.round(duration)} ms`
}
