/** Questions of a task to the person: whether they are tied to it, in time, and asked once. */
import { mayBeOvertaken } from '../analyze/overtaken.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import { readRelatedTask } from '../eras/legacy.ts'
import { isTerminalStatus } from '../eras/task-snapshot.ts'
import { BoundedMap, fingerprint } from '../wire/bounded.ts'
import { isFromServer } from '../wire/frame.ts'
import { type JsonRecord, jsonText, recordAt } from '../wire/json-record.ts'
import { defineFamily, legacyTasks, modernTasks } from './rule.ts'
import type { TaskRecord } from './task-ledger.ts'

/** An answered key may still be listed by a poll that was under way; this many polls after that it should be gone. */
const graceOfPolls = 2

/** No task asks so much. */
const maxKeys = 1000

interface InputKeys {
  /** What each key asked, as text. */
  readonly asked: Map<string, { readonly text: string; readonly seq: number }>
  /** Keys whose answer was acknowledged, with the polls since. */
  readonly answered: Map<string, { readonly seq: number; polls: number }>
  readonly gone: Map<string, number>
}

interface Rounds {
  /** How often the task began to wait for input, and how often it asked. */
  begun: number
  asked: number
  waiting: boolean
}

export const inputRules = defineFamily({
  rules: {
    'related-task-missing': {
      severity: 'warning',
      says: 'All requests, notifications, and responses related to a task MUST include the io.modelcontextprotocol/related-task key in their _meta field, with the value set to an object with a taskId matching the associated task ID.',
      address: `${legacyTasks}#associating-task-related-messages`,
    },
    'stale-elicitation-delivered': {
      severity: 'warning',
      says: 'When the task receiver has messages for the requestor that are necessary to complete the task, the receiver SHOULD move the task to the input_required status.',
      address: `${legacyTasks}#input-required-status`,
    },
    'unknown-input-key': {
      severity: 'warning',
      says: 'A server SHOULD ignore any inputResponses responses mapped to a key that is not currently outstanding for the task — including keys that were never issued, keys that have already been answered, and keys whose corresponding request has been superseded.',
      address: `${modernTasks}#response-1`,
    },
    'input-key-reused': {
      severity: 'error',
      says: 'Each request key in inputRequests MUST be unique over the lifetime of a single task.',
      address: `${modernTasks}#task-update-requests`,
    },
    'answered-key-still-pending': {
      severity: 'warning',
      says: "The acknowledgement is eventually consistent: the server MAY accept the responses and return the ack before the task's observable status (via tasks/get or notifications/tasks) reflects them.",
      address: `${modernTasks}#response-1`,
    },
  },
  watch(report, ledger) {
    const keys = new BoundedMap<TaskRecord, InputKeys>()
    const rounds = new BoundedMap<TaskRecord, Rounds>()

    function keysOf(record: TaskRecord): InputKeys {
      const known = keys.get(record) ?? {
        asked: new BoundedMap(maxKeys),
        answered: new BoundedMap(maxKeys),
        gone: new BoundedMap(maxKeys),
      }
      keys.set(record, known)
      return known
    }

    function roundsOf(record: TaskRecord): Rounds {
      const known = rounds.get(record) ?? { begun: 0, asked: 0, waiting: false }
      rounds.set(record, known)
      return known
    }

    function asked(fact: Extract<WireFact, { kind: 'asked' }>, world: World): void {
      const { frame } = fact.request
      const { method } = fact.request.message
      if (world.era?.name === 'modern') return
      const host = isFromServer(frame.dir) ? 'server' : 'client'
      if (fact.taskId === undefined) {
        const waiting = ledger.waitingForInput(host)
        if (waiting === undefined) return
        const text = `${method} came while ${waiting.id} waited for input and does not say that it belongs to it.`
        report('related-task-missing', { taskId: waiting.id, seq: [frame.seq], text })
        return
      }
      const record = ledger.get(host, fact.taskId)
      if (record === undefined) return
      const known = roundsOf(record)
      known.asked += 1
      const ended = record.terminal !== undefined
      if (!ended && (known.waiting || known.begun === 0 || known.asked > known.begun)) return
      const status = record.last?.snapshot.status ?? 'past it'
      const text = `${method} for ${fact.taskId} was delivered when the task was ${status} already.`
      report('stale-elicitation-delivered', {
        taskId: fact.taskId,
        seq: [record.last?.seq ?? frame.seq, frame.seq],
        text,
      })
    }

    function answered(fact: Extract<WireFact, { kind: 'ask.answered' }>): void {
      const { request, answer } = fact.exchange
      if (fact.taskId === undefined || answer.message.kind !== 'result') return
      if (readRelatedTask(answer.message.result) !== undefined) return
      const text = `The answer to ${request.message.method} does not say that it belongs to ${fact.taskId}.`
      report('related-task-missing', {
        taskId: fact.taskId,
        seq: [request.frame.seq, answer.frame.seq],
        text,
        key: 'answer',
      })
    }

    function responded(fact: Extract<WireFact, { kind: 'task.response' }>): void {
      const { request, answer } = fact.exchange
      const record = ledger.get(fact.host, fact.taskId)
      if (record === undefined || answer.message.kind !== 'result') return
      const { method, params } = request.message
      if (method === 'tasks/result' && readRelatedTask(answer.message.result) === undefined) {
        const text = `The answer to tasks/result does not say that it belongs to ${fact.taskId}.`
        report('related-task-missing', { taskId: fact.taskId, seq: [answer.frame.seq], text, key: 'result' })
      }
      if (method === 'tasks/update')
        updated(record, recordAt(params, 'inputResponses'), request.frame.seq, answer.frame.seq)
    }

    function updated(record: TaskRecord, responses: JsonRecord | undefined, seq: number, answerSeq: number): void {
      const known = keysOf(record)
      for (const key of Object.keys(responses ?? {})) {
        if (known.asked.has(key)) {
          if (!known.answered.has(key)) known.answered.set(key, { seq: answerSeq, polls: 0 })
        } else {
          const text = `tasks/update answers ${JSON.stringify(key)}, which ${record.id} never asked.`
          report('unknown-input-key', { taskId: record.id, seq: [seq, answerSeq], text })
        }
      }
    }

    function listed(record: TaskRecord, requests: JsonRecord, seq: number, isPoll: boolean): void {
      const known = keysOf(record)
      for (const [key, value] of Object.entries(requests)) {
        const text = fingerprint(jsonText(value))
        const before = known.asked.get(key)
        const gone = known.gone.get(key)
        // A description that leaves an open question out does not end it; an answer does.
        const again = gone !== undefined && known.answered.has(key)
        if (before !== undefined && (before.text !== text || again)) {
          const said = `The input key ${JSON.stringify(key)} of ${record.id} was used again.`
          report('input-key-reused', { taskId: record.id, seq: [before.seq, seq], text: said })
        }
        known.gone.delete(key)
        if (before === undefined) known.asked.set(key, { text, seq })
        const answer = known.answered.get(key)
        if (answer === undefined || !isPoll) continue
        answer.polls += 1
        if (answer.polls < graceOfPolls) continue
        const said = `The input key ${JSON.stringify(key)} of ${record.id} is still pending after its answer was acknowledged.`
        report('answered-key-still-pending', { taskId: record.id, seq: [answer.seq, seq], text: said })
      }
      for (const key of known.asked.keys()) if (!Object.hasOwn(requests, key)) known.gone.set(key, seq)
    }

    return {
      fact(fact, world) {
        if (fact.kind === 'asked') asked(fact, world)
        if (fact.kind === 'ask.answered' && world.era?.name !== 'modern') answered(fact)
        if (fact.kind === 'task.response') responded(fact)
        if (fact.kind !== 'task.status') return
        const record = ledger.get(fact.host, fact.snapshot.taskId)
        if (record === undefined) return
        const { snapshot, sighting } = fact
        const known = roundsOf(record)
        const waiting = snapshot.status === 'input_required'
        if (waiting && !known.waiting) known.begun += 1
        known.waiting = waiting
        if (world.era?.name !== 'modern' || isTerminalStatus(snapshot.status)) return
        // A notice may leave the questions out, and an old answer may be overtaken.
        if (waiting && snapshot.inputRequests === undefined) return
        if (record.last !== undefined && mayBeOvertaken(record.last, snapshot, sighting)) return
        listed(record, snapshot.inputRequests ?? {}, sighting.frame.seq, fact.via === 'get')
      },
    }
  },
})
