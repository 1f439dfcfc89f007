/** What a task may become, and what a status may look like. */

import { certainlyLater, mayBeOvertaken, type SeenSnapshot, streamOf } from '../analyze/overtaken.ts'
import type { StatusPath, TaskHost, WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import { isStale, isTerminalStatus, isWireStatus, type TaskSnapshot } from '../eras/task-snapshot.ts'
import { BoundedMap, fingerprint } from '../wire/bounded.ts'
import type { Sighting } from '../wire/conversation.ts'
import { isRecord, type JsonRecord, jsonText } from '../wire/json-record.ts'
import { defineFamily, legacyTasks, modernBase, modernTasks } from './rule.ts'

interface Known extends SeenSnapshot {
  snapshot: TaskSnapshot
  seq: number
  stream: string
  terminal?: { readonly status: string; readonly seq: number }
  notified?: { readonly text: string; readonly seq: number }
}

export const statusRules = defineFamily({
  rules: {
    'illegal-transition': {
      severity: 'error',
      says: 'Tasks MUST begin in the working status when created. Receivers MUST only transition tasks through the following valid paths',
      address: `${legacyTasks}#task-status-lifecycle`,
    },
    'change-after-terminal': {
      severity: 'error',
      says: 'Tasks with a completed, failed, or cancelled status are in a terminal state and MUST NOT transition to any other status',
      address: `${legacyTasks}#task-status-lifecycle`,
    },
    'duplicate-status': {
      severity: 'info',
      says: "Receivers MAY send notifications/tasks/status notifications when a task's status changes.",
      address: `${legacyTasks}#task-notifications`,
    },
    'time-not-monotonic': {
      severity: 'warning',
      says: 'Receivers MUST include a lastUpdatedAt ISO 8601-formatted timestamp in all task responses to indicate when the task was last updated.',
      address: `${legacyTasks}#ttl-and-resource-management`,
    },
    'bad-ttl': {
      severity: 'warning',
      says: 'Receivers MUST include the actual ttl duration (or null for unlimited) in tasks/get responses.',
      address: `${legacyTasks}#ttl-and-resource-management`,
    },
    'wrong-era-field': {
      severity: 'warning',
      says: 'The result MUST include a resultType field to indicate the type of the result.',
      address: `${modernBase}#result-responses`,
    },
    'failed-vs-iserror': {
      severity: 'warning',
      says: 'The failed status MUST NOT be used to represent non-JSON-RPC errors, such as a tool result that completed with isError: true.',
      address: `${modernTasks}#task-execution-errors`,
    },
  },
  watch(report) {
    const known = new BoundedMap<string, Known>()

    function see(
      host: TaskHost,
      via: StatusPath | 'create',
      snapshot: TaskSnapshot,
      sighting: Sighting,
      world: World,
    ): void {
      const { taskId, status } = snapshot
      const { seq } = sighting.frame
      const stream = streamOf(sighting.frame)
      const key = `${host} ${taskId}`
      checkFields(snapshot, seq, world)
      const before = known.get(key)
      if (before === undefined) {
        if (via === 'create' && isTerminalStatus(status) && !hasMovedOn(snapshot) && world.era?.name !== 'modern') {
          const text = `${taskId} was created as ${status}, not as working.`
          report('illegal-transition', { taskId, seq: [seq], text })
        }
        known.set(key, { snapshot, seq, stream, ...(isTerminalStatus(status) ? { terminal: { status, seq } } : {}) })
      } else {
        checkTimes(before, snapshot, sighting)
        if (via === 'notification') checkDuplicate(before, snapshot, seq)
        // A creation tells how the task began, whenever it arrives.
        if (via !== 'create' && !mayBeOvertaken(before, snapshot, sighting)) {
          checkChange(before, snapshot, seq)
          before.stream = stream
        }
      }
      if (!isWireStatus(status)) {
        const text = `${taskId} has the status ${JSON.stringify(status)}, which no specification knows.`
        report('illegal-transition', { taskId, seq: [seq], text })
      }
    }

    function checkChange(before: Known, snapshot: TaskSnapshot, seq: number): void {
      const { taskId, status } = snapshot
      const { terminal } = before
      if (terminal !== undefined && terminal.status !== status) {
        const text = `${taskId} became ${status} after it had been ${terminal.status}.`
        report('change-after-terminal', { taskId, seq: [terminal.seq, seq], text })
        if (!isTerminalStatus(status)) {
          report('illegal-transition', {
            taskId,
            seq: [terminal.seq, seq],
            text: `${status} cannot follow ${terminal.status}.`,
          })
        }
      }
      if (terminal === undefined && isTerminalStatus(status)) before.terminal = { status, seq }
      before.snapshot = snapshot
      before.seq = seq
    }

    function checkTimes(before: Known, snapshot: TaskSnapshot, sighting: Sighting): void {
      const { taskId } = snapshot
      const { seq } = sighting.frame
      if (isStale(before.snapshot, snapshot) && certainlyLater(before, sighting)) {
        const text = `lastUpdatedAt of ${taskId} went back from ${before.snapshot.lastUpdatedAt} to ${snapshot.lastUpdatedAt}.`
        report('time-not-monotonic', { taskId, seq: [before.seq, seq], text })
      }
      const { createdAt } = before.snapshot
      if (createdAt !== undefined && snapshot.createdAt !== undefined && snapshot.createdAt !== createdAt) {
        const text = `createdAt of ${taskId} changed from ${createdAt} to ${snapshot.createdAt}.`
        report('time-not-monotonic', { taskId, seq: [before.seq, seq], text })
      }
    }

    function checkDuplicate(before: Known, snapshot: TaskSnapshot, seq: number): void {
      const { status, statusMessage, lastUpdatedAt, inputRequests } = snapshot
      const text = fingerprint(jsonText([status, statusMessage, lastUpdatedAt, inputRequests]))
      if (before.notified?.text === text) {
        const said = `The same status of ${snapshot.taskId} was notified twice.`
        report('duplicate-status', {
          taskId: snapshot.taskId,
          seq: [before.notified.seq, seq],
          text: said,
          key: 'same',
        })
      }
      before.notified = { text, seq }
    }

    function checkFields(snapshot: TaskSnapshot, seq: number, world: World): void {
      const modern = world.era?.name === 'modern'
      const { taskId, raw } = snapshot
      const names = modern ? (['ttlMs', 'pollIntervalMs'] as const) : (['ttl', 'pollInterval'] as const)
      const foreign = modern ? ['ttl', 'pollInterval'] : ['ttlMs', 'pollIntervalMs']
      const wrong = foreign.filter((name) => Object.hasOwn(raw, name))
      if (wrong.length > 0) {
        const text = `${taskId} carries ${wrong.join(' and ')}, which ${modern ? 'the modern' : 'the legacy'} wire does not know.`
        report('wrong-era-field', { taskId, seq: [seq], text })
      } else {
        const problem = durationProblem(raw, names[0], true) ?? durationProblem(raw, names[1], false)
        if (problem !== undefined)
          report('bad-ttl', { taskId, seq: [seq], text: `${taskId} has ${problem}.`, key: problem })
      }
      if (modern && snapshot.status === 'failed' && isRecord(snapshot.result) && snapshot.error === undefined) {
        const text = `${taskId} is failed with a result instead of a JSON-RPC error.`
        report('failed-vs-iserror', { taskId, seq: [seq], text })
      }
    }

    /** Legacy: the result is fetched apart from the status, and the two must agree. */
    function checkResult(fact: Extract<WireFact, { kind: 'task.response' }>): void {
      const { request, answer } = fact.exchange
      const status = known.get(`${fact.host} ${fact.taskId}`)
      if (request.message.method !== 'tasks/result' || answer.message.kind !== 'result' || status === undefined) return
      if (answer.message.result.isError === true && status.terminal?.status === 'completed') {
        const text = `The result of ${fact.taskId} is an error, and the task is completed instead of failed.`
        report('failed-vs-iserror', { taskId: fact.taskId, seq: [status.terminal.seq, answer.frame.seq], text })
      }
    }

    return {
      fact(fact, world) {
        if (fact.kind === 'task.created') {
          const { seq } = fact.exchange.answer.frame
          see(fact.host, 'create', fact.snapshot, fact.exchange.answer, world)
          if (world.era !== undefined && world.era !== fact.era) {
            const { taskId } = fact.snapshot
            const text = `${taskId} was created in the shape of the ${fact.era.name} wire in a ${world.era.name} conversation.`
            report('wrong-era-field', { taskId, seq: [seq], text })
          }
        }
        if (fact.kind === 'task.status') see(fact.host, fact.via, fact.snapshot, fact.sighting, world)
        if (fact.kind === 'task.response') checkResult(fact)
      },
      frame(sighting, world) {
        if (sighting.kind !== 'answer' || sighting.message.kind !== 'result' || sighting.request === undefined) return
        const { resultType } = sighting.message.result
        const { method } = sighting.request.message
        if (!method.startsWith('tasks/') && method !== 'tools/call') return
        const { seq } = sighting.frame
        if (world.era?.name === 'modern' && sighting.frame.dir.startsWith('s2') && resultType === undefined) {
          report('wrong-era-field', { seq: [seq], text: `The answer to ${method} has no resultType.`, key: method })
        }
        if (world.era?.name === 'legacy' && resultType !== undefined) {
          report('wrong-era-field', { seq: [seq], text: `The answer to ${method} has a resultType.`, key: method })
        }
      },
    }
  },
})

/** What a task was when it began is not what it is when its creation is told: it may ask, or be done, by then. */
function hasMovedOn({ createdAt, lastUpdatedAt }: TaskSnapshot): boolean {
  return Date.parse(lastUpdatedAt ?? '') > Date.parse(createdAt ?? '')
}

function durationProblem(raw: JsonRecord, name: string, required: boolean): string | undefined {
  const value = raw[name]
  if (value === undefined) return required ? `no ${name}` : undefined
  if (value === null) return required ? undefined : `a ${name} of null`
  if (typeof value !== 'number') return `a ${name} that is no number`
  if (!Number.isInteger(value)) return `a ${name} of ${value}, not a whole number`
  return value < 0 ? `a negative ${name} of ${value}` : undefined
}
