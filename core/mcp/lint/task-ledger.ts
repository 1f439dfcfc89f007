/**
 * What is known of each task of a conversation, with the frames that say it: the memory that rules share. Bounded per
 * task; comes before every rule among the observers, so a rule always reads a ledger that knows the present fact.
 */
import type { WireObserver } from '../analyze/analyzer.ts'
import { mayBeOvertaken, streamOf } from '../analyze/overtaken.ts'
import type { TaskHost, WireFact } from '../analyze/wire-fact.ts'
import type { Era } from '../eras/era.ts'
import { isTerminalStatus, type TaskSnapshot } from '../eras/task-snapshot.ts'
import { BoundedMap, BoundedSet } from '../wire/bounded.ts'
import type { RequestSighting, Sighting } from '../wire/conversation.ts'
import { isOurs } from '../wire/frame.ts'
import { sessionOf } from './session-of.ts'

/** A recording of more sessions than this is not told apart any further. */
const maxOpened = 1000
/** Of so many that wait at once, those that wait longest are not looked for any more. */
const maxWaiting = 500
/** Nobody waits so often for one result. */
const maxOpenResults = 100

/** A frame's place and time. */
export interface Mark {
  readonly seq: number
  readonly at: number
}

export interface SeenStatus extends Mark {
  readonly snapshot: TaskSnapshot
  /** The connection on which it came. */
  readonly stream: string
}

export interface TaskRecord {
  readonly id: string
  readonly host: TaskHost
  readonly first: Mark
  /** The tool or method; unknown when the creation was never seen. */
  target?: string
  era?: Era
  created?: { readonly request: RequestSighting; readonly answer: Mark; readonly snapshot: TaskSnapshot }
  /** The newest status, whatever frame told it, unless it may have been said before what was known. */
  last?: SeenStatus
  /** The status before `last` that was another one. */
  before?: SeenStatus
  /** When the present status was first seen. */
  since?: Mark
  /** The first terminal status. */
  terminal?: SeenStatus
  notified: number
  lastNotified?: SeenStatus
  /** The newest request about it, by method. */
  readonly asked: Map<string, Mark>
  /** `tasks/result` requests that wait for their answer. */
  readonly openResults: Set<RequestSighting>
  pollIntervalMs?: number
  ttlMs?: number | null
}

export class TaskLedger implements WireObserver {
  readonly #records = new BoundedMap<string, TaskRecord>()
  /** Tasks that were last told to wait for input, and some that have gone on since. */
  readonly #waiting = new BoundedSet<TaskRecord>(maxWaiting)
  /** Where sessions were opened. */
  readonly #opened: number[] = []

  get(host: TaskHost, id: string): TaskRecord | undefined {
    return this.#records.get(`${host} ${id}`)
  }

  all(): Iterable<TaskRecord> {
    return this.#records.values()
  }

  /** A task that waits for input, with its result asked for, so that its question can come. */
  waitingForInput(host: TaskHost): TaskRecord | undefined {
    for (const record of this.#waiting) {
      if (record.last?.snapshot.status !== 'input_required') this.#waiting.delete(record)
      else if (record.host === host && record.openResults.size > 0) return record
    }
    return undefined
  }

  /** Whether two requests of a client were sent in one session, as far as one can tell. */
  sameSession(earlier: RequestSighting, later: RequestSighting): boolean {
    const [one, other] = [sessionOf(earlier), sessionOf(later)]
    if (one !== undefined && other !== undefined) return one === other
    return !this.#opened.some((seq) => seq > earlier.frame.seq && seq < later.frame.seq)
  }

  fact(fact: WireFact): void {
    switch (fact.kind) {
      case 'server':
        if (fact.exchange.request.message.method !== 'initialize' || this.#opened.length >= maxOpened) return
        this.#opened.push(fact.exchange.answer.frame.seq)
        return
      case 'task.created': {
        const { request, answer } = fact.exchange
        const record = this.#ensure(fact.host, fact.snapshot.taskId, answer.frame)
        record.created ??= { request, answer: answer.frame, snapshot: fact.snapshot }
        record.target = fact.target
        record.era = fact.era
        if (record.last === undefined) this.#status(record, fact.snapshot, fact.exchange.answer)
        this.#times(record, fact.snapshot)
        return
      }
      case 'task.status': {
        const { frame } = fact.sighting
        const record = this.#ensure(fact.host, fact.snapshot.taskId, frame)
        if (fact.via === 'notification') {
          record.notified += 1
          record.lastNotified = seen(fact.snapshot, fact.sighting)
        }
        this.#times(record, fact.snapshot)
        this.#status(record, fact.snapshot, fact.sighting)
        return
      }
      case 'task.request': {
        const record = this.#ensure(fact.host, fact.taskId, fact.request.frame)
        const { method } = fact.request.message
        if (!isOurs(fact.request.frame)) record.asked.set(method, fact.request.frame)
        if (method === 'tasks/result') record.openResults.add(fact.request)
        return
      }
      case 'task.response':
        this.get(fact.host, fact.taskId)?.openResults.delete(fact.exchange.request)
        return
      default:
        return
    }
  }

  #ensure(host: TaskHost, id: string, mark: Mark): TaskRecord {
    const key = `${host} ${id}`
    let record = this.#records.get(key)
    if (record === undefined) {
      const first = { seq: mark.seq, at: mark.at }
      record = { id, host, first, notified: 0, asked: new Map(), openResults: new BoundedSet(maxOpenResults) }
      this.#records.set(key, record)
    }
    return record
  }

  #times(record: TaskRecord, snapshot: TaskSnapshot): void {
    if (snapshot.pollIntervalMs !== undefined) record.pollIntervalMs = snapshot.pollIntervalMs
    if (snapshot.ttlMs !== undefined) record.ttlMs = snapshot.ttlMs
  }

  #status(record: TaskRecord, snapshot: TaskSnapshot, sighting: Sighting): void {
    if (record.last !== undefined && mayBeOvertaken(record.last, snapshot, sighting)) return
    const status = seen(snapshot, sighting)
    if (record.last?.snapshot.status !== snapshot.status) {
      if (record.last !== undefined) record.before = record.last
      record.since = { seq: status.seq, at: status.at }
    }
    record.last = status
    if (snapshot.status === 'input_required') this.#waiting.add(record)
    if (record.terminal === undefined && isTerminalStatus(snapshot.status)) record.terminal = status
  }
}

function seen(snapshot: TaskSnapshot, { frame }: Sighting): SeenStatus {
  return { seq: frame.seq, at: frame.at, snapshot, stream: streamOf(frame) }
}
