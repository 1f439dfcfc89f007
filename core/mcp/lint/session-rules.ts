/** Why nothing is heard of a task that lives: it is asked for from elsewhere, or the stream that told of it is gone. */
import type { SideEvent } from '../analyze/analyzer.ts'
import { streamOf } from '../analyze/overtaken.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { BoundedMap, BoundedSet } from '../wire/bounded.ts'
import type { RequestSighting, Sighting } from '../wire/conversation.ts'
import { isOurs } from '../wire/frame.ts'
import { listAt, recordAt } from '../wire/json-record.ts'
import { saysUnknown } from './refusal.ts'
import { defineFamily, legacyTasks } from './rule.ts'
import type { Mark, TaskRecord } from './task-ledger.ts'

/** A client that listens on or polls instead has done so by then. */
const silenceMs = 5000
/** Subscriptions and streams that are followed at a time. */
const maxFollowed = 1000

const streamEnds = new Set([
  'http-stream-close',
  'http-stream-error',
  'http-client-disconnect',
  'http-upstream-aborted',
])
const conversationEnds = new Set(['stdin-end', 'exit'])

interface Subscription {
  readonly stream: string
  readonly taskIds: ReadonlySet<unknown>
}

export const sessionRules = defineFamily({
  rules: {
    'task-of-another-session': {
      severity: 'warning',
      says: 'If context-binding is available, receivers MUST reject tasks/get, tasks/result, and tasks/cancel requests for tasks that do not belong to the same authorization context as the requestor.',
      address: `${legacyTasks}#task-isolation-and-access-control`,
    },
    'notification-stream-dropped': {
      severity: 'warning',
      says: 'Requestors SHOULD continue to poll via tasks/get to ensure they receive status updates.',
      address: `${legacyTasks}#task-status-notification`,
    },
  },
  watch(report, ledger) {
    /** Streams that a client opened only to listen. */
    const listening = new BoundedSet<string>()
    const subscriptions = new BoundedMap<RequestSighting, Subscription>()
    /** Tasks that were notified on a stream that has ended, and are not asked for since. */
    const silent = new BoundedMap<TaskRecord, Mark>()

    function refused(fact: Extract<WireFact, { kind: 'task.response' }>): void {
      const { request, answer } = fact.exchange
      const record = ledger.get(fact.host, fact.taskId)
      const created = record?.created
      if (fact.ok || record === undefined || created === undefined || isOurs(request.frame)) return
      if (answer.message.kind !== 'error' || !saysUnknown(answer.message.error)) return
      // A cancel of a task that has ended is refused with the same code.
      if (record.terminal !== undefined && request.message.method === 'tasks/cancel') return
      if (ledger.sameSession(created.request, request)) return
      const text = `${fact.taskId} was created in another session than the one that asks for it.`
      const seq = [created.answer.seq, request.frame.seq, answer.frame.seq]
      report('task-of-another-session', { taskId: fact.taskId, seq, text })
    }

    function dropped(record: TaskRecord | undefined, mark: Mark): void {
      if (record === undefined || record.terminal !== undefined) return
      silent.delete(record)
      silent.set(record, mark)
    }

    function streamEnded(stream: string, mark: Mark): void {
      if (listening.delete(stream)) {
        for (const record of ledger.all()) if (record.lastNotified?.stream === stream) dropped(record, mark)
      }
      for (const [request, { stream: its }] of subscriptions) if (its === stream) unsubscribed(request, mark)
    }

    function unsubscribed(request: RequestSighting, mark: Mark): void {
      const subscription = subscriptions.get(request)
      subscriptions.delete(request)
      for (const taskId of subscription?.taskIds ?? []) {
        if (typeof taskId === 'string') dropped(ledger.get('server', taskId), mark)
      }
    }

    function subscribed(request: RequestSighting): void {
      const taskIds = new Set(listAt(recordAt(request.message.params, 'notifications'), 'taskIds'))
      for (const record of silent.keys()) if (taskIds.has(record.id)) silent.delete(record)
      if (subscriptions.size < maxFollowed) subscriptions.set(request, { stream: streamOf(request.frame), taskIds })
    }

    function side(event: SideEvent): void {
      if (conversationEnds.has(event.kind)) silent.clear()
      const n = recordAt(event.fields, 'http')?.n ?? event.fields.n
      if (typeof n !== 'number' && typeof n !== 'string') return
      const stream = `http ${n}`
      if (event.kind === 'http-get') {
        silent.clear()
        if (listening.size < maxFollowed) listening.add(stream)
      }
      if (streamEnds.has(event.kind)) streamEnded(stream, { seq: event.seq, at: event.at })
    }

    function frame(sighting: Sighting, mark: Mark): void {
      if (sighting.kind === 'request' && sighting.message.method === 'subscriptions/listen') subscribed(sighting)
      if (sighting.kind === 'answer' && sighting.request !== undefined && subscriptions.has(sighting.request)) {
        // A refusal is told to the client, who then knows that nothing will come.
        if (sighting.message.kind === 'error') subscriptions.delete(sighting.request)
        else unsubscribed(sighting.request, mark)
      }
      if (sighting.kind !== 'notification' || sighting.message.method !== 'notifications/cancelled') return
      for (const request of subscriptions.keys()) {
        if (request.message.id === sighting.message.params.requestId) unsubscribed(request, mark)
      }
    }

    return {
      side,
      frame: (sighting) => frame(sighting, { seq: sighting.frame.seq, at: sighting.frame.at }),
      fact(fact) {
        if (fact.kind === 'session.ended') silent.clear()
        if (fact.kind === 'task.response') refused(fact)
        if (fact.kind === 'task.request' || fact.kind === 'task.status') {
          const record = ledger.get(fact.host, fact.kind === 'task.request' ? fact.taskId : fact.snapshot.taskId)
          if (record !== undefined) silent.delete(record)
        }
      },
      time(at) {
        for (const [record, mark] of silent) {
          // In the order in which they fell silent.
          if (at - mark.at < silenceMs) break
          silent.delete(record)
          const text = `The stream on which ${record.id} was notified has ended, and nobody asks for it instead.`
          report('notification-stream-dropped', { taskId: record.id, seq: [mark.seq], text, key: String(mark.seq) })
        }
      },
    }
  },
})
