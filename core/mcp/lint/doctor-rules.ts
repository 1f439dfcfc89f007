/** Why a task stands still. Judged by the times of what passes, so a recording gets the same verdict as a live wire. */
import type { SideEvent } from '../analyze/analyzer.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import { BoundedMap, fingerprint } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { jsonText, recordAt } from '../wire/json-record.ts'
import { defineFamily, legacyTasks, legacyTransports, modernTasks } from './rule.ts'
import { sessionIn, sessionOf } from './session-of.ts'
import type { Mark, SeenStatus, TaskRecord } from './task-ledger.ts'

/** A client that opens `tasks/result` does so at its next poll or two. */
const questionGraceMs = 2000
/** Half of the time after which sdk servers give up their own question. */
const unansweredMs = 30_000
/** Polls that may be missed before a client counts as gone, and the least time for that. */
const missedPolls = 5
const abandonedMs = 10_000
/** Intervals without any news before a task counts as stalled, and the least time for that. */
const silentIntervals = 20
const stalledMs = 30_000
/** A flood of frames must not look at each of many open tasks every time; of few it does, however time is told. */
const fewTasks = 50
const defaultIntervalMs = 1000
/** A task is looked at this much before something can be found of it, so that no rounding of times makes it too late. */
const earlyMs = 1
const never = Number.POSITIVE_INFINITY

export const doctorRules = defineFamily({
  rules: {
    'stalled-input-required': {
      severity: 'warning',
      says: 'When the requestor encounters the input_required status, it SHOULD preemptively call tasks/result.',
      address: `${legacyTasks}#input-required-status`,
    },
    'input-unanswered': {
      severity: 'warning',
      says: 'When the receiver receives all required input, the task SHOULD transition out of input_required status (typically back to working).',
      address: `${legacyTasks}#input-required-status`,
      modern: {
        says: 'When a client observes a tasks/get response (or notifications/tasks notification) with status: "input_required", the client SHOULD fulfill the outstanding requests in inputRequests by sending one or more tasks/update requests with corresponding inputResponses.',
        address: `${modernTasks}#task-update-requests`,
      },
    },
    'abandoned-by-client': {
      severity: 'warning',
      says: 'Requestors SHOULD continue polling until the task reaches a terminal status (completed, failed, or cancelled), or until encountering the input_required status.',
      address: `${legacyTasks}#getting-tasks`,
      modern: {
        says: 'Clients SHOULD continue polling until the task reaches a terminal status or until invoking tasks/cancel.',
        address: `${modernTasks}#task-polling`,
      },
    },
    'orphaned-by-session-end': {
      severity: 'warning',
      says: 'No sentence of the specification; with its session goes the only way to a task of a server that keeps tasks by session.',
      address: `${legacyTransports}#session-management`,
    },
    'orphaned-by-server-exit': {
      severity: 'warning',
      says: 'No sentence of the specification; a task that was at work when its server ended has no one to finish it, unless the server kept it elsewhere.',
      address: `${modernTasks}#task-polling`,
    },
    expired: {
      severity: 'warning',
      says: "After a task's ttl lifetime has elapsed, receivers MAY delete the task and its results, regardless of the task status.",
      address: `${legacyTasks}#ttl-and-resource-management`,
      modern: {
        says: 'Conversely, servers MAY mark a task as failed at any point after the TTL elapses, and subsequently delete it at any time.',
        address: `${modernTasks}#response`,
      },
    },
    stalled: {
      severity: 'info',
      says: 'No sentence of the specification; a working task of which nothing new is told for long may have stopped.',
      address: `${legacyTasks}#task-status`,
    },
  },
  watch(report, ledger) {
    /** Whose question it is, in the order in which they were asked; those that waited too long apart. */
    const openQuestions = new BoundedMap<RequestSighting, string>()
    const lateQuestions = new BoundedMap<RequestSighting, string>()
    const askedOf = new BoundedMap<string, number>()
    /** Tasks that have not ended, each with the time before which only news of it could bring something to find. */
    const open = new BoundedMap<TaskRecord, number>()
    const news = new BoundedMap<TaskRecord, { readonly text: string; readonly mark: Mark }>()
    let over = false
    let judgedAt = 0

    /** @returns when to look at it again, unless something is heard of it before */
    function judge(record: TaskRecord, at: number, world: World): number {
      const { last, since } = record
      const interval = record.pollIntervalMs ?? defaultIntervalMs
      if (last === undefined || since === undefined) return never
      // In the order in which it is told.
      const input = last.snapshot.status === 'input_required' ? judgeInput(record, since, at, interval, world) : never
      const ttl = judgeTtl(record, at)
      const polls = judgePolls(record, at, interval)
      const silence = last.snapshot.status === 'input_required' ? never : judgeNews(record, last, at, interval)
      return Math.min(input, ttl, polls, silence)
    }

    function judgeInput(record: TaskRecord, since: Mark, at: number, interval: number, world: World): number {
      const taskId = record.id
      if (world.era?.name === 'modern') {
        if ((record.asked.get('tasks/update')?.at ?? -1) >= since.at) return never
        return due(at, since.at, unansweredMs, () => {
          const text = `${taskId} has waited for input for half a minute.`
          report('input-unanswered', { taskId, seq: [since.seq], text, key: 'waits' })
        })
      }
      const polls = record.asked.get('tasks/get')
      if (record.openResults.size > 0 || polls === undefined) return never
      // What was asked of it may be forgotten, so it is looked at every time.
      if ((askedOf.get(taskId) ?? -1) >= since.seq) return at
      return due(at, since.at, Math.max(questionGraceMs, 2 * interval), () => {
        const text = `${taskId} waits for input, but no tasks/result is open on which its question could be delivered.`
        report('stalled-input-required', { taskId, seq: [since.seq, polls.seq], text, key: String(since.seq) })
      })
    }

    function judgeNews(record: TaskRecord, { snapshot }: SeenStatus, at: number, interval: number): number {
      const told = news.get(record)?.mark
      if (told === undefined) return never
      return due(at, told.at, Math.max(stalledMs, silentIntervals * interval), () => {
        const text = `Nothing has been heard of ${record.id} but that it is ${snapshot.status}.`
        report('stalled', { taskId: record.id, seq: [told.seq], text, key: String(told.seq) })
      })
    }

    function judgeTtl(record: TaskRecord, at: number): number {
      const { created, id: taskId, ttlMs: ttl } = record
      const from = created?.answer ?? record.first
      if (typeof ttl !== 'number') return never
      if (at - from.at <= ttl) return from.at + ttl - earlyMs
      report('expired', { taskId, seq: [from.seq], text: `${taskId} has outlived its ttl of ${ttl} ms.`, key: 'ttl' })
      return never
    }

    function judgePolls(record: TaskRecord, at: number, interval: number): number {
      const polled = record.asked.get('tasks/get') ?? record.created?.answer
      if (record.host !== 'server' || polled === undefined || record.openResults.size > 0) return never
      // Who fetches the result or is notified need not poll.
      const heard = Math.max(polled.at, record.lastNotified?.at ?? 0, record.asked.get('tasks/result')?.at ?? 0)
      return due(at, heard, Math.max(abandonedMs, missedPolls * interval), () => {
        const text = `Nobody asks for ${record.id} any more, and it was not cancelled.`
        report('abandoned-by-client', { taskId: record.id, seq: [polled.seq], text, key: String(polled.seq) })
      })
    }

    /** @param session only its tasks, when it is known which one ended */
    function orphan(rule: 'orphaned-by-session-end' | 'orphaned-by-server-exit', seq: number, session?: string): void {
      const what = rule === 'orphaned-by-server-exit' ? 'Its server ended' : 'The session ended'
      for (const record of [...open.keys()]) {
        const its = record.created === undefined ? undefined : sessionOf(record.created.request)
        if (session !== undefined && its !== undefined && its !== session) continue
        leave(record)
        const text = `${what} while ${record.id} was ${record.last?.snapshot.status ?? 'unknown'}.`
        report(rule, { taskId: record.id, seq: [record.last?.seq ?? record.first.seq, seq], text })
      }
    }

    function side(event: SideEvent, world: World): void {
      // The modern wire has no sessions: there a task is lost with its server at most.
      if (event.kind === 'stdin-end' && world.era?.name !== 'modern') orphan('orphaned-by-session-end', event.seq)
      if (event.kind === 'exit') orphan('orphaned-by-server-exit', event.seq)
      if (event.kind === 'stdin-end' || event.kind === 'exit') over = true
    }

    /** What was known of a task may be otherwise now. */
    function heardOf(fact: WireFact): void {
      if (fact.kind === 'era') for (const record of open.keys()) open.set(record, 0)
      if (fact.kind === 'task.request' || fact.kind === 'task.response') {
        const record = ledger.get(fact.host, fact.taskId)
        if (record !== undefined && open.has(record)) open.set(record, 0)
      }
    }

    function leave(record: TaskRecord): void {
      open.delete(record)
      news.delete(record)
    }

    return {
      side,
      time(at, world) {
        if (over) return
        for (const [request, taskId] of openQuestions) {
          if (at - request.frame.at < unansweredMs) break
          openQuestions.delete(request)
          lateQuestions.set(request, taskId)
          const text = `The question of ${taskId} has not been answered for half a minute.`
          report('input-unanswered', { taskId, seq: [request.frame.seq], text })
        }
        if (at - judgedAt < Math.floor(open.size / fewTasks)) return
        judgedAt = at
        for (const [record, next] of open) if (at >= next) open.set(record, judge(record, at, world))
      },
      fact(fact) {
        heardOf(fact)
        // Another process, another session: what comes now can stand still anew.
        if (fact.kind === 'server') over = false
        if (fact.kind === 'session.ended') {
          const { seq, fields } = fact.request
          orphan('orphaned-by-session-end', seq, sessionIn(recordAt(fields, 'http')?.headers))
        }
        if (fact.kind === 'asked' && fact.taskId !== undefined) {
          openQuestions.set(fact.request, fact.taskId)
          askedOf.set(fact.taskId, fact.request.frame.seq)
        }
        if (fact.kind === 'ask.answered') {
          openQuestions.delete(fact.exchange.request)
          lateQuestions.delete(fact.exchange.request)
        }
        if (fact.kind === 'ask.withdrawn') {
          const taskId = openQuestions.get(fact.request) ?? lateQuestions.get(fact.request)
          openQuestions.delete(fact.request)
          lateQuestions.delete(fact.request)
          if (taskId === undefined) return
          const text = `${taskId} took its question back before it was answered.`
          report('input-unanswered', { taskId, seq: [fact.request.frame.seq, fact.sighting.frame.seq], text })
        }
        if (fact.kind !== 'task.status' && fact.kind !== 'task.created') return
        const record = ledger.get(fact.host, fact.snapshot.taskId)
        if (record === undefined) return
        if (record.terminal !== undefined) leave(record)
        else {
          if (!over) open.set(record, 0)
          const { frame } = fact.kind === 'task.created' ? fact.exchange.answer : fact.sighting
          const { status, statusMessage, lastUpdatedAt } = fact.snapshot
          const text = fingerprint(jsonText([status, statusMessage, lastUpdatedAt]))
          if (news.get(record)?.text !== text) news.set(record, { text, mark: { seq: frame.seq, at: frame.at } })
        }
      },
      end(at, world) {
        if (over) return
        for (const record of open.keys()) judge(record, at, world)
      },
    }
  },
})

/** Tells what is found of a state that lasts so long. @returns when to look again: never, when it was told */
function due(at: number, since: number, lastsMs: number, tell: () => void): number {
  if (at - since < lastsMs) return since + lastsMs - earlyMs
  tell()
  return never
}
