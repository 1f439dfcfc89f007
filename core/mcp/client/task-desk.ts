/**
 * Starts, follows, cancels and answers the calls and tasks of one server process. What happened to them is told by the
 * analyzer from the frames; here is only what we do, and what becomes of each control.
 */
import { type Actor, actorText } from '../../model/actor.ts'
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { ControlId, NodeId } from '../../model/identity.ts'
import type { InputAnswer } from '../../model/input-question.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import type { ClientAbilities } from '../../model/server-target.ts'
import type { Emit } from '../../model/stamp.ts'
import type { WireObserver } from '../analyze/analyzer.ts'
import { questionId } from '../analyze/question.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { CancelOrigin } from '../analyze/task-event-context.ts'
import type { TaskEvents } from '../analyze/task-events.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { Era } from '../eras/era.ts'
import { readRelatedTask, relatedTaskMeta } from '../eras/legacy.ts'
import { clientCapabilitiesKey } from '../eras/modern.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord, type JsonRecord } from '../wire/json-record.ts'
import { invalidParams, methodNotFound, type RpcError, type RpcId } from '../wire/rpc-message.ts'
import { type CallBook, type CallPlan, traceparentOf } from './call-book.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { modernCapabilities } from './handshake.ts'
import { InputDesk } from './input-desk.ts'
import { canAnswer } from './peer-questions.ts'
import { type AnswerOrGone, type RpcPeer, undelivered } from './rpc-peer.ts'
import { TaskFollower } from './task-follower.ts'
import { subscribeToTask } from './task-subscription.ts'

export interface TaskDeskOptions {
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  readonly limits: ConnectionLimits
  readonly peer: RpcPeer
  readonly book: CallBook
  readonly abilities: ClientAbilities
  readonly events: () => TaskEvents
  /** The wire that was agreed on. */
  readonly era: () => Era
  /** The request that stands for a call now, after going back and forth. */
  readonly latest: (request: RpcId) => RpcId
}

interface CancelWish extends CancelOrigin {
  /** Every control that joined it. */
  readonly controls: ControlId[]
}

export class TaskDesk implements WireObserver {
  readonly #options: TaskDeskOptions
  readonly #followers = new Map<TaskEntry, TaskFollower>()
  readonly #cancels = new Map<NodeId, CancelWish>()
  /** Open questions by the name that the window knows them by. */
  readonly #questions = new Map<string, RequestSighting>()
  readonly #answeredBy = new Map<RequestSighting, Actor>()
  /** Answers that were sent and have shown no effect yet. */
  readonly #answers = new Map<TaskEntry, ControlId[]>()
  readonly #timers = new Map<TaskEntry, Dispose>()
  readonly #subscriptions = new Map<TaskEntry, Dispose>()
  readonly #inputs: InputDesk

  constructor(options: TaskDeskOptions) {
    this.#options = options
    const { emit, clock, peer, abilities } = options
    this.#inputs = new InputDesk({
      emit,
      clock,
      peer,
      abilities,
      callAgain: (entry, answers) => void this.#callAgain(entry, answers),
      giveUp: (entry, message) => {
        const outcome = { status: 'failed', kind: 'error', error: { name: 'InputNotPossible', message } } as const
        this.#options.events().endBecause(entry, 'failed', outcome, clock.now())
      },
    })
  }

  get #modern(): boolean {
    return this.#options.era().name === 'modern'
  }

  cancelOf(id: NodeId): CancelOrigin | undefined {
    return this.#cancels.get(id)
  }

  answeredBy(question: RequestSighting): Actor {
    return this.#answeredBy.get(question) ?? { kind: 'program', name: 'Taskscope' }
  }

  /** The work behind a cancelled task has stopped, or nothing was heard of it for long enough. */
  settled(id: NodeId, text: string): void {
    const wish = this.#cancels.get(id)
    if (wish === undefined) return
    this.#options.emit({ kind: 'task.changed', id, why: { text: `by ${actorText(wish.by)}`, detail: text } })
    this.#effective(id, text)
  }

  fact(fact: WireFact): void {
    const events = this.#options.events()
    if (fact.kind === 'task.response' && fact.ok) this.#responded(fact)
    if (fact.kind === 'task.created') {
      const entry = events.task(fact.host, fact.snapshot.taskId)
      if (fact.host === 'server' && entry !== undefined && !this.#followers.has(entry)) {
        const plan = this.#options.book.planOf(fact.exchange.request.message.id)
        if (plan !== undefined) this.#options.book.started(entry.id, plan)
        this.#follow(entry, fact.snapshot)
      }
    }
    if (fact.kind === 'task.created' || fact.kind === 'task.status') {
      const entry = events.task(fact.host, fact.snapshot.taskId)
      if (entry === undefined) return
      this.#followers.get(entry)?.saw(fact.snapshot)
      if (this.#modern && fact.host === 'server') this.#inputs.saw(entry, fact.snapshot)
      if (fact.snapshot.status !== 'input_required') this.#answersTook(entry)
      if (isTerminal(entry.state)) this.#taskEnded(entry)
    }
    if (fact.kind === 'asked') this.#asked(fact)
    if (fact.kind === 'ask.answered') this.#questions.delete(questionId(fact.exchange.request))
    if (fact.kind === 'ask.withdrawn') {
      this.#questions.delete(questionId(fact.request))
      if (fact.request.message.method !== 'elicitation/create') this.#inputs.withdraw(fact.request)
    }
  }

  /** Sends a call. Resolves when it was answered; the control is acknowledged, effective or refused by then. */
  async call(plan: CallPlan): Promise<void> {
    const { peer, book, emit } = this.#options
    const id = peer.nextId()
    book.plan(id, plan)
    const sent = peer.request('tools/call', this.#callParams(plan, id), id)
    const { control } = plan
    if (control !== undefined) emit({ kind: 'control.acknowledged', control })
    if (control !== undefined && !plan.asTask)
      emit({ kind: 'control.effective', control, effect: `sent as call ${id}` })
    const answer = await sent
    if (!asksFirst(answer)) book.answered(id)
    if (control === undefined || !plan.asTask) return
    if (answer === undefined) emit({ kind: 'control.refused', control, reason: 'the server has ended' })
    else if (answer.kind === 'error') emit({ kind: 'control.refused', control, reason: answer.error.message })
    else {
      const created = this.#options.era().readCreation(answer.result)
      const atOnce = asksFirst(answer) ? 'it asks something before it begins' : 'answered at once, without a task'
      const effect = created === undefined ? atOnce : `task ${created.taskId}`
      emit({ kind: 'control.effective', control, effect })
    }
  }

  /** A call was answered with questions; `entry` is the call. */
  askedFirst(entry: TaskEntry, result: JsonRecord): void {
    this.#inputs.sawCall(entry, result)
  }

  async #callAgain(entry: TaskEntry, answers: JsonRecord): Promise<void> {
    const { peer, book } = this.#options
    const root = entry.request?.message
    const plan = root === undefined ? undefined : book.planOf(root.id)
    if (root === undefined || plan === undefined || isTerminal(entry.state)) return
    const id = peer.nextId()
    book.plan(id, { ...plan, continues: root.id })
    const { inputResponses, requestState, ...params } = root.params
    const answer = await peer.request('tools/call', { ...params, ...answers }, id)
    book.answered(id)
    if (!asksFirst(answer)) book.answered(root.id)
  }

  #callParams({ tool, input, asTask, trace }: CallPlan, id: number): JsonRecord {
    const { limits, abilities } = this.#options
    const undeclared = this.#modern && !asTask ? { [clientCapabilitiesKey]: modernCapabilities(abilities, false) } : {}
    return {
      name: tool,
      arguments: input,
      ...(asTask && !this.#modern ? { task: { ttl: limits.ttlMs } } : {}),
      _meta: { progressToken: `call-${id}`, traceparent: traceparentOf(trace), ...undeclared },
    }
  }

  cancel(entry: TaskEntry, request: ControlRequest): void {
    const wish = this.#cancels.get(entry.id)
    if (wish !== undefined) {
      wish.controls.push(request.id)
      this.#options.emit({ kind: 'control.acknowledged', control: request.id })
      return
    }
    this.#cancels.set(entry.id, {
      by: request.by,
      control: request.id,
      ...(request.reason === undefined ? {} : { reason: request.reason }),
      controls: [request.id],
    })
    if (entry.taskId === undefined) this.#cancelCall(entry, request)
    else void this.#cancelTask(entry, entry.taskId, request)
  }

  async #cancelTask(entry: TaskEntry, taskId: string, request: ControlRequest): Promise<void> {
    const { peer, emit } = this.#options
    const answer = await peer.request('tasks/cancel', { taskId })
    if (answer === undefined) return
    if (answer.kind === 'error') {
      const reason = `the server answers: ${answer.error.message}`
      for (const control of this.#cancels.get(entry.id)?.controls ?? [request.id]) {
        emit({ kind: 'control.refused', control, reason })
      }
      this.#cancels.delete(entry.id)
      return
    }
    if (isTerminal(entry.state) && !this.#options.events().watch.watches(entry)) {
      this.#effective(entry.id, `it has ${entry.state}`)
    }
  }

  /** Comes before the status in the same answer is read, so "acknowledged" is told before "cancelled". */
  #responded(fact: Extract<WireFact, { kind: 'task.response' }>): void {
    if (fact.exchange.request.message.method !== 'tasks/cancel') return
    const entry = this.#options.events().task(fact.host, fact.taskId)
    const wish = entry === undefined ? undefined : this.#cancels.get(entry.id)
    if (wish?.control !== undefined) this.#options.emit({ kind: 'control.acknowledged', control: wish.control })
    // On the modern wire the answer only says that it was heard; the task may end in any way.
    if (entry !== undefined && wish !== undefined && this.#modern && !isTerminal(entry.state)) {
      this.#options.events().cancelling(entry, fact.exchange.answer.frame.at)
    }
  }

  /** The only way to cancel a plain call; nothing ever acknowledges it. */
  #cancelCall(entry: TaskEntry, request: ControlRequest): void {
    const { peer, clock, emit, limits, timers } = this.#options
    const root = entry.request?.message.id
    if (root === undefined) return
    emit({ kind: 'control.acknowledged', control: request.id })
    if (this.#inputs.holds(entry)) {
      // No request is open: the server waits for us, not we for it.
      const reason = request.reason ?? ''
      const outcome = { status: 'cancelled', by: request.by, reason } as const
      this.#options.events().endBecause(entry, 'cancelled', outcome, clock.now())
      this.#inputs.drop(entry)
      this.#effective(entry.id, 'it is not called again')
      return
    }
    peer.cancelRequest(this.#options.latest(root), request.reason ?? 'cancelled by a person')
    this.#options.events().cancelling(entry, clock.now())
    const giveUp = timers.after(limits.cancelGraceMs, () => {
      this.#timers.delete(entry)
      if (!isTerminal(entry.state)) {
        const reason = request.reason ?? ''
        this.#options
          .events()
          .endBecause(entry, 'cancelled', { status: 'cancelled', by: request.by, reason }, clock.now())
      }
      this.#effective(entry.id, 'not answered any more')
    })
    this.#timers.set(entry, giveUp)
  }

  /** Sends the answer to an open question. @returns why it is refused, or `undefined` */
  answer(entry: TaskEntry, requestId: string, answer: InputAnswer, request: ControlRequest): string | undefined {
    const verdict = this.#inputs.answer(entry, requestId, answer, request)
    if (verdict !== 'unknown') return verdict
    const question = this.#questions.get(requestId)
    if (question === undefined) return 'this question is no longer open'
    if (answer.action === 'accept' && !isRecord(answer.content)) return 'the answer to a question is a JSON object'
    this.#answeredBy.set(question, request.by)
    const related = readRelatedTask(question.message.params)
    const meta = related === undefined ? {} : { _meta: relatedTaskMeta(related) }
    const content = answer.action === 'accept' ? { content: answer.content } : {}
    this.#options.peer.respond(question.message.id, { action: answer.action, ...content, ...meta })
    this.#options.emit({ kind: 'control.acknowledged', control: request.id })
    if (entry.state === 'input_required') {
      this.#answers.set(entry, [...(this.#answers.get(entry) ?? []), request.id])
    } else {
      this.#options.emit({ kind: 'control.effective', control: request.id, effect: 'sent' })
    }
    return undefined
  }

  /** The server has gone. Waiting controls are settled by what became of their tasks. */
  close(): void {
    for (const follower of this.#followers.values()) follower.stop()
    this.#followers.clear()
    for (const end of this.#subscriptions.values()) end()
    this.#subscriptions.clear()
    for (const dispose of this.#timers.values()) dispose()
    this.#timers.clear()
    for (const [entry] of this.#answers) this.#answersTook(entry)
    for (const id of [...this.#cancels.keys()]) this.#effective(id, 'its server has ended')
  }

  #follow(entry: TaskEntry, created: TaskSnapshot): void {
    if (entry.taskId === undefined) return
    const { peer, timers, limits, emit, clock } = this.#options
    const { id, taskId } = entry
    const say = (text: string, error: RpcError) => {
      emit({ kind: 'task.changed', id, why: { text, detail: error.message } })
    }
    const follower = new TaskFollower({
      peer,
      timers,
      taskId,
      pollMs: limits.pollMs,
      fetchesResult: !this.#modern,
      pollFailed: (error) => {
        if (error.code !== invalidParams) {
          say(
            error.code === undelivered ? 'the server cannot be reached' : 'the server does not tell its status',
            error,
          )
          return
        }
        follower.stop()
        this.#unsubscribe(entry)
        const text = 'the server no longer knows this task'
        const lost = { name: 'TaskLost', message: `${text}: ${error.message}`, code: error.code }
        this.#options.events().endBecause(entry, 'failed', { status: 'failed', kind: 'lost', error: lost }, clock.now())
      },
      resultFailed: (error) => say('its result cannot be fetched', error),
    })
    this.#followers.set(entry, follower)
    follower.start(created)
    if (!this.#modern || isTerminal(entry.state)) return
    this.#subscriptions.set(entry, subscribeToTask({ peer, timers, taskId, reopenMs: limits.reopenMs }))
  }

  #unsubscribe(entry: TaskEntry): void {
    this.#subscriptions.get(entry)?.()
    this.#subscriptions.delete(entry)
    this.#inputs.drop(entry)
  }

  #taskEnded(entry: TaskEntry): void {
    this.#unsubscribe(entry)
    const wish = this.#cancels.get(entry.id)
    if (!this.#options.events().watch.watches(entry)) {
      if (wish !== undefined) this.#effective(entry.id, `it has ${entry.state}`)
    } else if (!this.#timers.has(entry)) this.#awaitQuiet(entry, this.#options.events().watch.signsOf(entry))
  }

  #awaitQuiet(entry: TaskEntry, heard: number): void {
    const { timers, limits, clock } = this.#options
    const dispose = timers.after(limits.quietMs, () => {
      this.#timers.delete(entry)
      const { watch } = this.#options.events()
      const now = watch.signsOf(entry)
      if (now !== heard) this.#awaitQuiet(entry, now)
      else watch.quiet(entry, limits.quietMs, clock.now())
    })
    this.#timers.set(entry, dispose)
  }

  #asked({ request, taskId }: Extract<WireFact, { kind: 'asked' }>): void {
    const { method, id } = request.message
    const events = this.#options.events()
    // In a later turn: the question has not been shown to every observer yet.
    const refuse = (code: number, message: string) =>
      queueMicrotask(() => this.#options.peer.refuse(id, { code, message }))
    if (!canAnswer(method, this.#options.abilities)) {
      refuse(methodNotFound, `this client does not offer ${method}`)
      return
    }
    const isElicitation = method === 'elicitation/create'
    const named = taskId === undefined ? newestCall(events) : events.task('server', taskId)
    const asker = isElicitation ? events.asker(request) : named
    if (asker === undefined) refuse(invalidParams, 'no call or task is open that this question could belong to')
    else if (isElicitation) this.#questions.set(questionId(request), request)
    else this.#inputs.sawRequest(asker, request)
  }

  #answersTook(entry: TaskEntry): void {
    const controls = this.#answers.get(entry)
    if (controls === undefined) return
    this.#answers.delete(entry)
    for (const control of controls) {
      this.#options.emit({ kind: 'control.effective', control, effect: 'the task went on' })
    }
  }

  #effective(id: NodeId, effect: string): void {
    const wish = this.#cancels.get(id)
    if (wish === undefined) return
    this.#cancels.delete(id)
    for (const control of wish.controls) this.#options.emit({ kind: 'control.effective', control, effect })
  }
}

/** Whether a modern call was answered with questions, to be made again with the answers. */
function asksFirst(answer: AnswerOrGone): boolean {
  return answer?.kind === 'result' && answer.result.resultType === 'input_required'
}

/** A question that names no task belongs to the newest call that is open, else to the newest task that is. */
function newestCall(events: TaskEvents): TaskEntry | undefined {
  const open = [...events.open()].filter((entry) => entry.host === 'server')
  return open.findLast((entry) => entry.node === 'call') ?? open.at(-1)
}
