/**
 * Turns facts of a conversation into task events. What is remembered is what the next message needs to be understood;
 * each transition is the business of `Transitions`, each plain call that of `CallEvents`.
 */
import type { NodeId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import type { Outcome } from '../../model/outcome.ts'
import { isTerminalStatus, type TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RequestSighting, Sighting } from '../wire/conversation.ts'
import { stringAt } from '../wire/json-record.ts'
import { payloadOf } from '../wire/payload-of.ts'
import type { SideEvent, WireObserver } from './analyzer.ts'
import { announce } from './announce.ts'
import { CallEvents } from './call-events.ts'
import { EarlyStatuses } from './early-statuses.ts'
import { LifeWatch } from './life-watch.ts'
import { outcomeOfTaskResult } from './outcome-of.ts'
import { mayBeOvertaken, streamOf } from './overtaken.ts'
import { StatusQuestions } from './status-questions.ts'
import { TaskBook } from './task-book.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskEventContext } from './task-event-context.ts'
import { TaskQuestions } from './task-questions.ts'
import { Transitions } from './transitions.ts'
import type { TaskHost, WireFact } from './wire-fact.ts'

type Fact<Kind extends WireFact['kind']> = Extract<WireFact, { kind: Kind }>

export class TaskEvents implements WireObserver {
  readonly #context: TaskEventContext
  readonly #watch: LifeWatch
  readonly #book = new TaskBook()
  readonly #questions: TaskQuestions
  /** Whoever answers itself tells of its questions itself. */
  readonly #listed: StatusQuestions | undefined
  readonly #early = new EarlyStatuses()
  readonly #transitions: Transitions
  readonly #calls: CallEvents

  constructor(context: TaskEventContext) {
    this.#context = context
    this.#watch = new LifeWatch(context.emit, (entry, text) => {
      context.settled?.(entry.id, text)
    })
    const listed = context.onlyWatches === true ? new StatusQuestions(context) : undefined
    this.#listed = listed
    this.#transitions = new Transitions(context, this.#watch)
    this.#calls = new CallEvents({
      context,
      book: this.#book,
      transitions: this.#transitions,
      watch: this.#watch,
      listed,
    })
    this.#questions = new TaskQuestions(context, this.#book, (host, taskId) => this.#newTask(host, taskId))
  }

  /** The task with this id, once it was heard of. */
  task(host: TaskHost, taskId: string): TaskEntry | undefined {
    return this.#book.task(host, taskId)
  }

  /** The task, or the call that is not answered yet, with this node. */
  byNode(id: NodeId): TaskEntry | undefined {
    return this.#book.byNode(id)
  }

  /** Tasks and calls that have not ended. */
  open(): Iterable<TaskEntry> {
    return this.#book.open()
  }

  /** Whose a message of the host is that names nothing. */
  newest(host: TaskHost): TaskEntry | undefined {
    return this.#book.newest(host)
  }

  /** Whose question it is. */
  asker(request: RequestSighting): TaskEntry | undefined {
    return this.#questions.asker(request)
  }

  get watch(): LifeWatch {
    return this.#watch
  }

  fact(fact: WireFact): void {
    switch (fact.kind) {
      case 'call.sent':
        if (fact.asksTask) this.#early.creating(fact.continues ?? fact.request)
        if (!this.#calls.goesOn(fact) && !fact.asksTask) this.#calls.start(fact)
        return
      case 'call.answered':
        this.#early.notCreated(fact.exchange.request)
        this.#calls.answered(fact)
        this.#flushEarly()
        return
      case 'task.created':
        this.#createTask(fact)
        return
      case 'task.status':
        this.#seeStatus(fact)
        return
      case 'task.request':
        this.#answering(fact)
        return
      case 'task.response':
        this.#answered(fact)
        if (fact.exchange.request.message.method === 'tasks/result' && fact.ok) this.#seeResult(fact)
        return
      case 'asked':
        this.#questions.ask(fact)
        return
      case 'ask.answered':
        this.#early.notCreated(fact.exchange.request)
        this.#questions.answered(fact)
        return
      case 'ask.withdrawn':
        this.#questions.withdrawn(fact)
        return
      case 'progress':
        this.#progress(fact)
        return
      default:
        return
    }
  }

  side(event: SideEvent): void {
    const text = stringAt(event.fields, 'text')
    if (event.kind === 'stderr' && text !== undefined) {
      for (const line of text.split('\n')) this.#watch.stderr(line, event.at)
    }
    if (event.kind === 'exit') this.#watch.gone(event.at)
  }

  /** A call is being cancelled; no frame will say so. */
  cancelling(entry: TaskEntry, at: number): void {
    this.#transitions.moveTo(entry, 'cancelling', at)
  }

  /** Ends a task or call for a reason that no frame tells: its server is gone, or nobody waits for it any more. */
  endBecause(entry: TaskEntry, to: 'failed' | 'cancelled', outcome: Outcome, at: number): void {
    this.#questions.dropAllOf(entry, at)
    this.#listed?.drop(entry, at)
    this.#transitions.moveTo(entry, to, at, { outcome })
  }

  #createTask(fact: Fact<'task.created'>): void {
    const { exchange, host, snapshot } = fact
    const early = this.#early.created(exchange.request, host, snapshot.taskId)
    const at = early[0]?.sighting.frame.at ?? exchange.answer.frame.at
    const known = this.task(host, snapshot.taskId)
    const entry = known ?? this.#newTask(host, snapshot.taskId)
    if (entry.request === undefined) {
      entry.request = exchange.request
      if (snapshot.ttlMs !== undefined) entry.ttlMs = snapshot.ttlMs
      if (snapshot.pollIntervalMs !== undefined) entry.pollIntervalMs = snapshot.pollIntervalMs
      announce(this.#context, this.#book, entry, fact.target, at)
    }
    this.#calls.becameTask(exchange.request, snapshot, at)
    for (const status of early) this.#apply(entry, status.snapshot, status.sighting)
    if (early.length === 0 && known === undefined) this.#apply(entry, snapshot, exchange.answer)
    this.#flushEarly()
  }

  #seeStatus(fact: Fact<'task.status'>): void {
    const { snapshot, sighting } = fact
    const entry = this.task(fact.host, snapshot.taskId)
    if (entry !== undefined) {
      if (entry.endedByResult === true && sighting.frame.transport === 'http') {
        // What was on its way before the end; a status that tells the end ends that.
        if (!isTerminalStatus(snapshot.status)) return
        entry.endedByResult = false
      } else if (isTerminal(entry.state) && fact.via === 'notification' && !this.#knows(entry, snapshot, sighting)) {
        this.#watch.sign(entry, 'status notification', sighting.frame.at)
      }
      this.#apply(entry, snapshot, sighting)
      return
    }
    if (this.#early.hold(fact)) return
    this.#apply(this.#newTask(fact.host, snapshot.taskId), snapshot, sighting)
  }

  /** Whether a notice was on its way when the end was told. */
  #knows(entry: TaskEntry, snapshot: TaskSnapshot, sighting: Sighting): boolean {
    return entry.seen !== undefined && mayBeOvertaken(entry.seen, snapshot, sighting)
  }

  #answering({ request, host, taskId }: Fact<'task.request'>): void {
    const entry = this.task(host, taskId)
    if (entry === undefined) return
    const { method } = request.message
    if (method === 'tasks/update') this.#listed?.answering(entry, request)
    if (method === 'tasks/get') {
      entry.polls = (entry.polls ?? 0) + 1
      this.#context.emit({ kind: 'task.polled', id: entry.id, polls: entry.polls }, request.frame.at)
    }
  }

  #answered({ exchange, host, taskId, ok }: Fact<'task.response'>): void {
    const { request, answer } = exchange
    const entry = this.task(host, taskId)
    if (entry === undefined || request.message.method !== 'tasks/update') return
    this.#listed?.answered(entry, request, ok, answer.frame.at)
  }

  #flushEarly(): void {
    for (const fact of this.#early.release()) this.#seeStatus(fact)
  }

  #newTask(host: TaskHost, taskId: string): TaskEntry {
    return this.#book.addTask(this.#context.nodeIdOf(host, taskId), host, taskId)
  }

  #apply(entry: TaskEntry, snapshot: TaskSnapshot, sighting: Sighting): void {
    if (this.#knows(entry, snapshot, sighting)) return
    const { frame } = sighting
    const { at } = frame
    const lastUpdatedAt = snapshot.lastUpdatedAt ?? entry.seen?.snapshot.lastUpdatedAt
    entry.seen = {
      seq: frame.seq,
      stream: streamOf(frame),
      snapshot: { status: snapshot.status, ...(lastUpdatedAt === undefined ? {} : { lastUpdatedAt }) },
    }
    this.#seeTimes(entry, snapshot, at)
    // An ended task asks nothing; one that asks says first that it waits.
    if (isTerminalStatus(snapshot.status)) this.#listed?.saw(entry, snapshot, at)
    this.#transitions.follow(entry, snapshot, at)
    if (!isTerminalStatus(snapshot.status)) this.#listed?.saw(entry, snapshot, at)
  }

  #seeTimes(entry: TaskEntry, snapshot: TaskSnapshot, at: number): void {
    const { ttlMs, pollIntervalMs } = snapshot
    const ttlChanged = ttlMs !== undefined && ttlMs !== entry.ttlMs
    const pollChanged = pollIntervalMs !== undefined && pollIntervalMs !== entry.pollIntervalMs
    if (!ttlChanged && !pollChanged) return
    if (ttlChanged) entry.ttlMs = ttlMs
    if (pollChanged) entry.pollIntervalMs = pollIntervalMs
    this.#context.emit(
      {
        kind: 'task.changed',
        id: entry.id,
        ...(ttlChanged ? { ttlMs } : {}),
        ...(pollChanged ? { pollIntervalMs } : {}),
      },
      at,
    )
  }

  #seeResult(fact: Fact<'task.response'>): void {
    const entry = this.task(fact.host, fact.taskId)
    const { answer } = fact.exchange
    if (entry === undefined || answer.message.kind !== 'result') return
    const outcome = outcomeOfTaskResult(answer.message.result, entry.state === 'cancelling')
    const at = answer.frame.at
    if (entry.state === 'cancelled') {
      this.#context.emit(
        { kind: 'task.late', id: entry.id, what: 'result', value: payloadOf(answer.message.result) },
        at,
      )
    } else if (isTerminal(entry.state)) {
      const fits = (outcome.status === 'completed') === (entry.state === 'completed')
      if (entry.fetched === undefined && fits) this.#context.emit({ kind: 'task.outcome', id: entry.id, outcome }, at)
    } else {
      // A result is only given for a task that has ended, so it tells the end even when no status did.
      this.#transitions.moveTo(entry, outcome.status === 'completed' ? 'completed' : 'failed', at, { outcome })
      entry.endedByResult = true
    }
    entry.fetched = outcome
  }

  #progress(fact: Fact<'progress'>): void {
    const entry = this.#book.byToken(fact)
    if (entry === undefined) return
    const { at } = fact.sighting.frame
    if (isTerminal(entry.state)) {
      this.#watch.sign(entry, 'progress notice', at)
      return
    }
    this.#context.emit(
      {
        kind: 'task.progress',
        id: entry.id,
        current: fact.progress,
        ...(fact.total === undefined ? {} : { total: fact.total }),
        ...(fact.message === undefined ? {} : { message: fact.message }),
      },
      at,
    )
  }
}
