/** Progress notifications: that they come, grow, and stop with what they report on. */
import type { WireFact } from '../analyze/wire-fact.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { jsonText, recordAt } from '../wire/json-record.ts'
import { defineFamily, modernTasks, progress } from './rule.ts'
import type { TaskRecord } from './task-ledger.ts'

interface Token {
  readonly request: RequestSighting
  record?: TaskRecord
  /** The frame that ended what it reports on. */
  endedBy?: number
  last?: { readonly value: number; readonly seq: number }
}

export const progressRules = defineFamily({
  rules: {
    'progress-token-silent': {
      severity: 'info',
      says: 'Receivers of progress requests MAY: Choose not to send any progress notifications',
      address: `${progress}#behavior-requirements`,
    },
    'progress-after-end': {
      severity: 'warning',
      says: 'Progress notifications for tasks MUST stop after the task reaches a terminal status (completed, failed, or cancelled)',
      address: `${progress}#behavior-requirements`,
      modern: {
        says: 'notifications/progress and notifications/message notifications MUST NOT be sent on the subscriptions/listen stream for a task, and are not supported on tasks in general in this specification.',
        address: `${modernTasks}#task-status-notifications`,
      },
    },
    'progress-not-increasing': {
      severity: 'warning',
      says: 'The progress value MUST increase with each notification, even if the total is unknown.',
      address: `${progress}#progress-flow`,
    },
  },
  watch(report, ledger) {
    const tokens = new BoundedMap<string, Token>()
    const byRequest = new BoundedMap<RequestSighting, Token>()
    const keyOf = (asker: string, token: unknown) => `${asker} ${jsonText(token)}`
    /** Who asked for the progress: what a server sends answers a client's token, and the other way round. */
    const askerOf = (dir: string) => (dir.startsWith('s') ? 's' : 'c')

    function progressed(fact: Extract<WireFact, { kind: 'progress' }>): void {
      const { frame } = fact.sighting
      const token = tokens.get(keyOf(askerOf(frame.dir) === 's' ? 'c' : 's', fact.token))
      if (token === undefined) return
      const taskId = token.record?.id
      const about = taskId ?? token.request.message.method
      const named = taskId === undefined ? {} : { taskId }
      const endedBy = token.record === undefined ? token.endedBy : token.record.terminal?.seq
      if (endedBy !== undefined) {
        const text = `${about} reported progress after its end.`
        report('progress-after-end', { ...named, seq: [endedBy, frame.seq], text, key: keyOf('', fact.token) })
      }
      if (token.last !== undefined && fact.progress <= token.last.value) {
        const text = `The progress of ${about} does not increase.`
        report('progress-not-increasing', {
          ...named,
          seq: [token.last.seq, frame.seq],
          text,
          key: keyOf('', fact.token),
        })
      }
      token.last = { value: fact.progress, seq: frame.seq }
    }

    return {
      frame(sighting) {
        if (sighting.kind === 'request') {
          const value = recordAt(sighting.message.params, '_meta')?.progressToken
          // Polls carry tokens of their own with some clients; nobody expects progress of a poll.
          if (value === undefined || sighting.message.method.startsWith('tasks/')) return
          const token = { request: sighting }
          tokens.set(keyOf(askerOf(sighting.frame.dir), value), token)
          byRequest.set(sighting, token)
        }
        if (sighting.kind === 'answer' && sighting.request !== undefined) {
          const token = byRequest.get(sighting.request)
          if (token !== undefined) token.endedBy = sighting.frame.seq
        }
      },
      fact(fact) {
        if (fact.kind === 'progress') progressed(fact)
        if (fact.kind !== 'task.created') return
        const token = byRequest.get(fact.exchange.request)
        const record = ledger.get(fact.host, fact.snapshot.taskId)
        if (token !== undefined && record !== undefined) token.record = record
      },
      end() {
        for (const { request, record, last } of tokens.values()) {
          // Tasks of the modern wire report no progress at all.
          if (record?.terminal === undefined || record.era?.name === 'modern' || last !== undefined) continue
          const text = `${record.id} was given a progress token and never reported progress.`
          report('progress-token-silent', { taskId: record.id, seq: [request.frame.seq], text })
        }
      },
    }
  },
})
