/**
 * Turns facts of a conversation into task events. It asks the lifecycle table before each transition; what the table
 * forbids is emitted all the same, because a peer did send it, and changes nothing that is remembered here.
 */
import type { NodeId } from '../../model/identity.ts'
import type { LifecycleState } from '../../model/lifecycle.ts'
import { isTerminal, whyForbidden } from '../../model/lifecycle.ts'
import type { Outcome } from '../../model/outcome.ts'
import { lifecyclePath, stateOfStatus } from '../eras/lifecycle-path.ts'
import { isTerminalStatus, type TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RequestSighting, Sighting } from '../wire/conversation.ts'
import { stringAt } from '../wire/json-record.ts'
import { payloadOf } from '../wire/payload-of.ts'
import type { SideEvent, WireObserver } from './analyzer.ts'
import { inputOf, labelOf } from './call-input.ts'
import { EarlyStatuses } from './early-statuses.ts'
import { LifeWatch } from './life-watch.ts'
import { endingText, outcomeOfAnswer, outcomeOfSnapshot, outcomeOfTaskResult } from './outcome-of.ts'
import { mayBeOvertaken, streamOf } from './overtaken.ts'
import { StatusQuestions } from './status-questions.ts'
import { TaskBook } from './task-book.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskEventContext } from './task-event-context.ts'
import { TaskQuestions } from './task-questions.ts'
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

  constructor(context: TaskEventContext) {
    this.#context = context
    this.#watch = new LifeWatch(context.emit, (entry, text) => {
      context.settled?.(entry.id, text)
    })
    this.#listed = context.onlyWatches === true ? new StatusQuestions(context) : undefined
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
        if (fact.asksTask) this.#early.creating(fact.request)
        else this.#startCall(fact)
        return
      case 'call.answered':
        this.#endCall(fact)
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
    for (const state of lifecyclePath(entry.state, 'cancelling')) this.#move(entry, state, at, {})
  }

  /** Ends a task or call for a reason that no frame tells: its server is gone, or nobody waits for it any more. */
  endBecause(entry: TaskEntry, to: 'failed' | 'cancelled', outcome: Outcome, at: number): void {
    this.#questions.dropAllOf(entry, at)
    this.#listed?.drop(entry, at)
    for (const state of lifecyclePath(entry.state, to)) this.#move(entry, state, at, { outcome })
  }

  #startCall(fact: Fact<'call.sent'>): TaskEntry {
    const { request, host } = fact
    const entry = this.#book.addCall(this.#context.callIdOf(request), host, request)
    this.#announce(entry, fact.target, request.frame.at)
    this.#move(entry, 'running', request.frame.at, {})
    return entry
  }

  #endCall(fact: Fact<'call.answered'>): void {
    const { request, answer } = fact.exchange
    this.#early.notCreated(request)
    const entry = this.#book.call(request) ?? this.#startCall({ ...fact, kind: 'call.sent', request, asksTask: false })
    const outcome = outcomeOfAnswer(answer, entry.state === 'cancelling')
    if (isTerminal(entry.state)) {
      const value = outcome.status === 'completed' ? outcome.value : payloadOf(answer.message)
      this.#context.emit(
        { kind: 'task.late', id: entry.id, what: outcome.status === 'completed' ? 'result' : 'error', value },
        answer.frame.at,
      )
      this.#watch.over(entry, 'it was answered at last', answer.frame.at)
    } else {
      this.#move(entry, outcome.status === 'completed' ? 'completed' : 'failed', answer.frame.at, { outcome })
    }
    this.#book.removeCall(request)
    this.#flushEarly()
  }

  #createTask(fact: Fact<'task.created'>): void {
    const { exchange, host, snapshot } = fact
    const early = this.#early.created(exchange.request, host, snapshot.taskId)
    const at = early[0]?.sighting.frame.at ?? exchange.answer.frame.at
    const call = this.#book.call(exchange.request)
    const known = this.task(host, snapshot.taskId)
    const entry = known ?? this.#newTask(host, snapshot.taskId)
    if (entry.request === undefined) {
      entry.request = exchange.request
      this.#announce(entry, fact.target, at, snapshot)
    }
    if (call !== undefined) {
      // The server made a task of a call that asked for none: the call is over, the task goes on.
      this.#book.removeCall(exchange.request)
      const value = payloadOf(snapshot.raw)
      this.#move(call, 'completed', at, { outcome: { status: 'completed', value } })
    }
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

  #announce(entry: TaskEntry, name: string, at: number, snapshot?: TaskSnapshot): void {
    const { request } = entry
    const params = request?.message.params
    const label = labelOf(params)
    this.#book.bindToken(entry, request)
    if (snapshot?.ttlMs !== undefined) entry.ttlMs = snapshot.ttlMs
    if (snapshot?.pollIntervalMs !== undefined) entry.pollIntervalMs = snapshot.pollIntervalMs
    this.#context.emit(
      {
        kind: 'task.created',
        id: entry.id,
        node: entry.node,
        name,
        ...(label === undefined ? {} : { label }),
        parent: this.#context.parent,
        ...this.#context.originOf(request),
        ...(params === undefined ? {} : { input: payloadOf(inputOf(params)) }),
        ...(entry.ttlMs === undefined ? {} : { ttlMs: entry.ttlMs }),
        ...(entry.pollIntervalMs === undefined ? {} : { pollIntervalMs: entry.pollIntervalMs }),
        ...(entry.host === 'client' ? { host: 'client' as const } : {}),
        capabilities: this.#context.capabilities(entry.node, entry.host),
      },
      at,
    )
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
    this.#follow(entry, snapshot, at)
    if (!isTerminalStatus(snapshot.status)) this.#listed?.saw(entry, snapshot, at)
  }

  #follow(entry: TaskEntry, snapshot: TaskSnapshot, at: number): void {
    const news = snapshot.statusMessage !== undefined && snapshot.statusMessage !== entry.message
    if (snapshot.statusMessage !== undefined) entry.message = snapshot.statusMessage
    const why = snapshot.statusMessage === undefined ? undefined : { text: `“${snapshot.statusMessage}”` }
    const to = stateOfStatus(snapshot.status)
    if (to === undefined) {
      const text = `status ${JSON.stringify(snapshot.status)}, which no specification knows`
      this.#context.emit({ kind: 'task.changed', id: entry.id, why: { text } }, at)
      return
    }
    const path = lifecyclePath(entry.state, to)
    if (path.length === 0) {
      if (news && why !== undefined) this.#context.emit({ kind: 'task.changed', id: entry.id, why }, at)
      return
    }
    const last = path.length - 1
    path.forEach((state, index) => {
      const unseen = index < last && state !== 'cancelling' ? { text: 'not seen, between two messages' } : undefined
      // The message of the last step explains nothing about the end when it is only repeated.
      const shown = unseen ?? (news || !isTerminal(state) ? why : undefined)
      this.#move(entry, state, at, { snapshot, ...(shown === undefined ? {} : { why: shown }) })
    })
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

  /** One transition. A forbidden one is told and not followed: the registry makes the finding. */
  #move(
    entry: TaskEntry,
    to: LifecycleState,
    at: number,
    facts: { readonly snapshot?: TaskSnapshot; readonly why?: { readonly text: string }; readonly outcome?: Outcome },
  ): void {
    const from = entry.state
    const outcome = isTerminal(to) ? (facts.outcome ?? this.#outcome(entry, facts.snapshot)) : undefined
    const cancel = to === 'cancelling' || to === 'cancelled' ? this.#context.cancelOf(entry.id) : undefined
    const text = cancel === undefined ? facts.why : endingText(cancel, facts.why)
    this.#context.emit(
      {
        kind: 'task.state',
        id: entry.id,
        from,
        to,
        ...(cancel === undefined ? {} : { by: cancel.by }),
        ...(cancel?.control === undefined ? {} : { control: cancel.control }),
        ...(text === undefined ? {} : { why: text }),
        ...(to === 'cancelling' ? { cause: 'cancel' as const } : {}),
        ...(outcome === undefined ? {} : { outcome }),
      },
      at,
    )
    if (whyForbidden(from, to) !== undefined) return
    entry.state = to
    if (!isTerminal(to)) return
    entry.awaitsOutcome = outcome?.status === 'completed' && facts.outcome === undefined && entry.fetched === undefined
    if (to === 'cancelled' && entry.node === 'task') this.#watch.began(entry, at)
  }

  #outcome(entry: TaskEntry, snapshot: TaskSnapshot | undefined): Outcome | undefined {
    if (snapshot === undefined) return undefined
    return outcomeOfSnapshot(snapshot, entry.fetched, this.#context.cancelOf(entry.id), entry.state === 'cancelling')
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
      const path = lifecyclePath(entry.state, outcome.status === 'completed' ? 'completed' : 'failed')
      for (const state of path) this.#move(entry, state, at, { outcome })
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
