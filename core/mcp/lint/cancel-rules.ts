/** Whether a cancel is asked for in the right way, told to those who watch, and obeyed. */

import type { SideEvent } from '../analyze/analyzer.ts'
import { namesId } from '../analyze/life-watch.ts'
import { mayBeOvertaken } from '../analyze/overtaken.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { BoundedMap, BoundedSet } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { recordAt, stringAt } from '../wire/json-record.ts'
import { cancellation, defineFamily, legacyTasks, modernTasks } from './rule.ts'
import type { Mark, TaskRecord } from './task-ledger.ts'

/** A notice of the cancel that comes later than this is none that a person waits for. */
const noticeMs = 2000
/** What was on its way when a request was cancelled arrives within this. */
const onItsWayMs = 100
/** So many attempts to give up one task say it all. */
const maxAborts = 1000

/** Whose work may still complain: of very many cancelled tasks the last. */
const maxListenedFor = 500

export const cancelRules = defineFamily({
  rules: {
    'cancel-not-notified': {
      severity: 'info',
      says: 'Requestors MUST NOT rely on receiving the notifications/tasks/status notification, as it is optional.',
      address: `${legacyTasks}#task-notifications`,
    },
    'cancel-of-terminal': {
      severity: 'info',
      says: 'Receivers MUST reject cancellation requests for tasks already in a terminal status (completed, failed, or cancelled) with error code -32602 (Invalid params).',
      address: `${legacyTasks}#task-cancellation`,
    },
    'zombie-work': {
      severity: 'warning',
      says: 'Upon receiving a valid cancellation request, receivers SHOULD attempt to stop the task execution and MUST transition the task to cancelled status before sending the response.',
      address: `${legacyTasks}#task-cancellation`,
      modern: {
        says: 'A server is not obligated to actually stop the work; it is only obligated to acknowledge the request.',
        address: `${modernTasks}#response-2`,
      },
    },
    'result-missing-after-cancel': {
      severity: 'info',
      says: 'When a receiver receives a tasks/result request for a task in a terminal status (completed, failed, or cancelled), it MUST return the final result of the underlying request, whether that is a successful result or a JSON-RPC error.',
      address: `${legacyTasks}#result-retrieval`,
    },
    'request-cancel-ignored': {
      severity: 'warning',
      says: 'Receivers of cancellation notifications SHOULD: Stop processing the cancelled request',
      address: `${cancellation}#behavior-requirements`,
    },
    'request-cancelled-instead-of-task': {
      severity: 'warning',
      says: 'For task-augmented requests, the tasks/cancel request MUST be used instead of the notifications/cancelled notification.',
      address: `${cancellation}#behavior-requirements`,
      modern: {
        says: 'The notifications/cancelled notification MUST NOT be used for task cancellation.',
        address: `${modernTasks}#task-cancellation`,
      },
    },
    'abort-without-task-cancel': {
      severity: 'warning',
      says: 'To explicitly cancel a task, requestors can send a tasks/cancel request.',
      address: `${legacyTasks}#cancelling-tasks`,
      modern: {
        says: 'A client sends a tasks/cancel request to signal its intent to cancel an in-progress task.',
        address: `${modernTasks}#task-cancellation`,
      },
    },
  },
  watch(report, ledger) {
    const cancelled = new BoundedMap<TaskRecord, Mark>()
    const unnotified = new BoundedMap<TaskRecord, Mark>()
    const zombies = new BoundedSet<TaskRecord>()
    /** The task that a request created, by direction and id, as long as it may be cancelled by mistake. */
    const creators = new BoundedMap<string, TaskRecord>()
    const aborted = new BoundedMap<TaskRecord, { readonly seq: number[]; cancelled: boolean }>()
    /** Requests that were cancelled and not answered. */
    const dropped = new BoundedMap<RequestSighting, Mark>()
    const droppedTokens = new BoundedMap<unknown, RequestSighting>()
    const tokens = new BoundedMap<unknown, TaskRecord>()
    let notifies = false

    const requestKey = (request: RequestSighting) => `${request.frame.dir} ${JSON.stringify(request.message.id)}`

    function told(record: TaskRecord, mark: Mark): void {
      unnotified.delete(record)
      if (!notifies) return
      const text = `${record.id} was cancelled and no status notification said so, though others were sent.`
      report('cancel-not-notified', { taskId: record.id, seq: [mark.seq], text })
    }

    function zombie(record: TaskRecord, seq: number, text: string): void {
      const { terminal } = record
      if (terminal === undefined || terminal.snapshot.status !== 'cancelled') return
      if (zombies.has(record)) return
      zombies.add(record)
      report('zombie-work', { taskId: record.id, seq: [terminal.seq, seq], text })
    }

    function responded(fact: Extract<WireFact, { kind: 'task.response' }>): void {
      const { request, answer } = fact.exchange
      const record = ledger.get(fact.host, fact.taskId)
      if (record === undefined) return
      const { method } = request.message
      const mark = { seq: answer.frame.seq, at: answer.frame.at }
      if (method === 'tasks/cancel' && fact.ok && !cancelled.has(record)) {
        cancelled.set(record, mark)
        if (record.lastNotified?.snapshot.status !== 'cancelled') unnotified.set(record, mark)
      }
      if (method === 'tasks/result' && !fact.ok && record.terminal?.snapshot.status === 'cancelled') {
        const text = `tasks/result of the cancelled ${fact.taskId} was answered with an error.`
        report('result-missing-after-cancel', { taskId: fact.taskId, seq: [request.frame.seq, mark.seq], text })
      }
    }

    function requestCancelled(
      fact: Extract<WireFact, { kind: 'request.cancelled' }>,
      open: RequestSighting | undefined,
    ): void {
      const { frame } = fact.sighting
      if (open !== undefined && open.message.method !== 'tasks/get') {
        dropped.set(open, { seq: frame.seq, at: frame.at })
        const token = recordAt(open.message.params, '_meta')?.progressToken
        if (token !== undefined) droppedTokens.set(token, open)
      }
      const created = creators.get(`${frame.dir} ${JSON.stringify(fact.requestId)}`)
      if (created !== undefined && created.terminal === undefined) {
        const text = `The request that created ${created.id} was cancelled instead of the task.`
        report('request-cancelled-instead-of-task', { taskId: created.id, seq: [frame.seq], text })
        abort(created, frame.seq)
      }
      const taskId = open?.message.method === 'tasks/result' ? stringAt(open.message.params, 'taskId') : undefined
      const waited = taskId === undefined ? undefined : (ledger.get('server', taskId) ?? ledger.get('client', taskId))
      if (waited !== undefined && waited.terminal === undefined) abort(waited, frame.seq)
    }

    function abort(record: TaskRecord, seq: number): void {
      const entry = aborted.get(record)
      if (entry === undefined) aborted.set(record, { seq: [seq], cancelled: false })
      else if (entry.seq.length < maxAborts) entry.seq.push(seq)
    }

    function progressed(fact: Extract<WireFact, { kind: 'progress' }>): void {
      const { frame } = fact.sighting
      const request = droppedTokens.get(fact.token)
      const mark = request === undefined ? undefined : dropped.get(request)
      if (request !== undefined && mark !== undefined && frame.at - mark.at > onItsWayMs) {
        const text = `${request.message.method} goes on although it was cancelled.`
        report('request-cancel-ignored', { seq: [mark.seq, frame.seq], text, key: requestKey(request) })
      }
      const record = tokens.get(fact.token)
      if (record !== undefined) zombie(record, frame.seq, `${record.id} still reports progress after it was cancelled.`)
    }

    function heard(event: SideEvent): void {
      const text = stringAt(event.fields, 'text')
      if (event.kind !== 'stderr' || text === undefined) return
      for (const record of recent(cancelled.keys())) {
        if (namesId(text, record.id)) {
          zombie(
            record,
            event.seq,
            `The work of ${record.id} ran on after it was cancelled, as its server says on stderr.`,
          )
        }
      }
    }

    return {
      time(at) {
        for (const [record, mark] of unnotified) {
          // In the order in which they were cancelled.
          if (at - mark.at <= noticeMs) break
          told(record, mark)
        }
      },
      side: heard,
      frame(sighting, world) {
        if (sighting.kind === 'notification' && sighting.message.method === 'notifications/tasks/status')
          notifies = true
        if (sighting.kind === 'notification' && sighting.message.method === 'notifications/cancelled') {
          const { requestId } = sighting.message.params
          if (typeof requestId !== 'string' && typeof requestId !== 'number') return
          const open = world.conversation.openRequest(sighting.frame.dir, requestId)
          requestCancelled({ kind: 'request.cancelled', requestId, sighting }, open)
        }
        if (sighting.kind === 'answer' && sighting.request !== undefined) {
          const mark = dropped.get(sighting.request)
          dropped.delete(sighting.request)
          const late = mark === undefined ? 0 : sighting.frame.at - mark.at
          if (mark !== undefined && sighting.message.kind === 'result' && late > onItsWayMs) {
            const { method } = sighting.request.message
            const text = `${method} was answered ${Math.round(late)} ms after it had been cancelled.`
            const key = requestKey(sighting.request)
            report('request-cancel-ignored', { seq: [mark.seq, sighting.frame.seq], text, key })
          }
        }
      },
      fact(fact, world) {
        if (fact.kind === 'task.created') {
          const record = ledger.get(fact.host, fact.snapshot.taskId)
          if (record === undefined) return
          creators.set(requestKey(fact.exchange.request), record)
          const token = recordAt(fact.exchange.request.message.params, '_meta')?.progressToken
          if (token !== undefined) tokens.set(token, record)
        }
        if (fact.kind === 'task.request' && fact.request.message.method === 'tasks/cancel') {
          const record = ledger.get(fact.host, fact.taskId)
          const abortion = record === undefined ? undefined : aborted.get(record)
          if (abortion !== undefined) abortion.cancelled = true
          // On the modern wire a cancel is acknowledged, whatever has become of the task.
          if (record?.terminal !== undefined && world.era?.name !== 'modern') {
            const text = `${fact.taskId} was to be cancelled though it was known to be ${record.terminal.snapshot.status}.`
            const seq = [record.terminal.seq, fact.request.frame.seq]
            report('cancel-of-terminal', { taskId: fact.taskId, seq, text })
          }
        }
        if (fact.kind === 'task.response') responded(fact)
        if (fact.kind === 'task.status' && fact.via === 'notification') {
          const record = ledger.get(fact.host, fact.snapshot.taskId)
          if (record === undefined) return
          const { frame } = fact.sighting
          if (fact.snapshot.status === 'cancelled') unnotified.delete(record)
          else if (record.terminal !== undefined && !mayBeOvertaken(record.terminal, fact.snapshot, fact.sighting)) {
            zombie(
              record,
              frame.seq,
              `${record.id} is still notified as ${fact.snapshot.status} after it was cancelled.`,
            )
          }
        }
        if (fact.kind === 'progress') progressed(fact)
      },
      end() {
        for (const [record, mark] of [...unnotified]) told(record, mark)
        for (const [record, { seq, cancelled: done }] of aborted) {
          if (done) continue
          const text = `The wait for ${record.id} was given up without tasks/cancel.`
          report('abort-without-task-cancel', { taskId: record.id, seq, text })
        }
      },
    }
  },
})

function recent<T>(values: Iterable<T>): readonly T[] {
  return [...values].slice(-maxListenedFor)
}
