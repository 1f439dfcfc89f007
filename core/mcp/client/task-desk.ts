/**
 * Starts, follows, cancels and answers the calls and tasks of one server process. What happened to them is told by the
 * analyzer from the frames; here is only what we do, and what becomes of each control.
 */
import type { Actor } from '../../model/actor.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { ControlId, NodeId } from '../../model/identity.ts'
import type { InputAnswer } from '../../model/input-question.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import type { ClientAbilities } from '../../model/server-target.ts'
import type { WireObserver } from '../analyze/analyzer.ts'
import { questionId } from '../analyze/question.ts'
import { questionsFirst } from '../analyze/sent-back-calls.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { CancelOrigin } from '../analyze/task-event-context.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { Era } from '../eras/era.ts'
import { readRelatedTask, relatedTaskMeta } from '../eras/legacy.ts'
import { clientCapabilitiesKey } from '../eras/modern.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord, type JsonRecord } from '../wire/json-record.ts'
import { invalidParams, methodNotFound, type RpcError, type RpcRequest } from '../wire/rpc-message.ts'
import { type CallBook, type CallPlan, traceparentOf } from './call-book.ts'
import { CancelDesk } from './cancel-desk.ts'
import type { DeskOptions } from './desk-options.ts'
import { modernCapabilities } from './handshake.ts'
import { HostedTasks, wantsHosting } from './hosted-tasks.ts'
import { InputDesk } from './input-desk.ts'
import { canAnswer } from './peer-questions.ts'
import { type AnswerOrGone, undelivered } from './rpc-peer.ts'
import { TaskFollower } from './task-follower.ts'
import { subscribeToTask } from './task-subscription.ts'

export interface TaskDeskOptions extends DeskOptions {
  readonly book: CallBook
  readonly abilities: ClientAbilities
  /** The wire that was agreed on. */
  readonly era: () => Era
}

export class TaskDesk implements WireObserver {
  readonly #options: TaskDeskOptions
  readonly #followers = new Map<TaskEntry, TaskFollower>()
  readonly #cancels: CancelDesk
  readonly #hosted: HostedTasks
  /** Open questions by the name that the window knows them by. */
  readonly #questions = new Map<string, RequestSighting>()
  readonly #answeredBy = new Map<RequestSighting, Actor>()
  /** Answers that were sent and have shown no effect yet. */
  readonly #answers = new Map<TaskEntry, ControlId[]>()
  readonly #subscriptions = new Map<TaskEntry, Dispose>()
  readonly #inputs: InputDesk

  constructor(options: TaskDeskOptions) {
    this.#options = options
    const { emit, clock, timers, peer, abilities, events } = options
    this.#inputs = new InputDesk({
      emit,
      clock,
      peer,
      abilities,
      callAgain: (entry, answers) => void this.#callAgain(entry, answers),
      giveUp: (entry, message) => {
        const outcome = { status: 'failed', kind: 'error', error: { name: 'InputNotPossible', message } } as const
        events().endBecause(entry, 'failed', outcome, clock.now())
      },
    })
    this.#cancels = new CancelDesk({
      ...options,
      modern: () => this.#modern,
      dropHeld: (entry) => {
        if (!this.#inputs.holds(entry)) return false
        this.#inputs.drop(entry)
        return true
      },
    })
    this.#hosted = new HostedTasks({ emit, clock, timers, peer, events })
  }

  get #modern(): boolean {
    return this.#options.era().name === 'modern'
  }

  cancelOf(id: NodeId): CancelOrigin | undefined {
    return this.#cancels.originOf(id) ?? this.#hosted.cancelOf(id)
  }

  answeredBy(question: RequestSighting): Actor {
    return this.#answeredBy.get(question) ?? { kind: 'program', name: 'Taskscope' }
  }

  /** The work behind a cancelled task has stopped, or nothing was heard of it for long enough. */
  settled(id: NodeId, text: string): void {
    this.#cancels.settled(id, text)
  }

  /** Answers what a legacy server asks about tasks that run here. @returns whether the request was of that kind */
  answerAboutTasks(request: RpcRequest): boolean {
    return !this.#modern && this.#hosted.takeRequest(request)
  }

  fact(fact: WireFact): void {
    const events = this.#options.events()
    if (fact.kind === 'task.response' && fact.ok) this.#cancels.responded(fact)
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
      if (entry === undefined || isOvertaken(entry, fact)) return
      this.#followers.get(entry)?.saw(fact.snapshot)
      if (this.#modern && fact.host === 'server') this.#inputs.saw(entry, fact.snapshot)
      if (fact.snapshot.status !== 'input_required') this.#answersTook(entry)
      if (isTerminal(entry.state)) this.#taskEnded(entry)
    }
    if (fact.kind === 'asked') this.#asked(fact)
    if (fact.kind === 'request.cancelled') this.#hosted.forgetWaiting(fact.requestId)
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
    if (entry.host === 'client') this.#hosted.cancel(entry, request)
    else this.#cancels.cancel(entry, request)
  }

  /** Sends the answer to an open question. @returns why it is refused, or `undefined` */
  answer(entry: TaskEntry, requestId: string, answer: InputAnswer, request: ControlRequest): string | undefined {
    if (entry.host === 'client') return this.#hosted.answer(entry, answer, request)
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
    for (const [entry] of this.#answers) this.#answersTook(entry)
    this.#cancels.close()
    this.#hosted.close()
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
    if (entry.host === 'client') return
    this.#unsubscribe(entry)
    this.#cancels.ended(entry)
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
    if (!this.#modern && wantsHosting(request)) {
      queueMicrotask(() => this.#hosted.host(request))
      return
    }
    const isElicitation = method === 'elicitation/create'
    const named = taskId === undefined ? events.newest('server') : events.task('server', taskId)
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
}

/** Whether a modern call was answered with questions, to be made again with the answers. */
function asksFirst(answer: AnswerOrGone): boolean {
  return answer !== undefined && questionsFirst(answer) !== undefined
}

/** Whether something newer is known of the task, so that this says only how it was. */
function isOvertaken({ seen }: TaskEntry, fact: Extract<WireFact, { kind: 'task.created' | 'task.status' }>): boolean {
  const { frame } = fact.kind === 'task.created' ? fact.exchange.answer : fact.sighting
  return seen !== undefined && seen.seq !== frame.seq
}
