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
import type { Emit } from '../../model/stamp.ts'
import type { WireObserver } from '../analyze/analyzer.ts'
import { questionId } from '../analyze/question.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { CancelOrigin } from '../analyze/task-event-context.ts'
import type { TaskEvents } from '../analyze/task-events.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { legacyEra, readRelatedTask, relatedTaskMeta } from '../eras/legacy.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord } from '../wire/json-record.ts'
import { invalidParams, type RpcError } from '../wire/rpc-message.ts'
import { type CallBook, type CallPlan, traceparentOf } from './call-book.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { RpcPeer } from './rpc-peer.ts'
import { TaskFollower } from './task-follower.ts'

export interface TaskDeskOptions {
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  readonly limits: ConnectionLimits
  readonly peer: RpcPeer
  readonly book: CallBook
  readonly events: () => TaskEvents
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

  constructor(options: TaskDeskOptions) {
    this.#options = options
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
      if (fact.snapshot.status !== 'input_required') this.#answersTook(entry)
      if (isTerminal(entry.state)) this.#taskEnded(entry)
    }
    if (fact.kind === 'asked') this.#asked(fact.request)
    if (fact.kind === 'ask.answered') this.#questions.delete(questionId(fact.exchange.request))
    if (fact.kind === 'ask.withdrawn') this.#questions.delete(questionId(fact.request))
  }

  /** Sends a call. Resolves when it was answered; the control is acknowledged, effective or refused by then. */
  async call(plan: CallPlan): Promise<void> {
    const { peer, book, emit, limits } = this.#options
    const id = peer.nextId()
    book.plan(id, plan)
    const sent = peer.request(
      'tools/call',
      {
        name: plan.tool,
        arguments: plan.input,
        ...(plan.asTask ? { task: { ttl: limits.ttlMs } } : {}),
        _meta: { progressToken: `call-${id}`, traceparent: traceparentOf(plan.trace) },
      },
      id,
    )
    const { control } = plan
    if (control !== undefined) emit({ kind: 'control.acknowledged', control })
    if (control !== undefined && !plan.asTask)
      emit({ kind: 'control.effective', control, effect: `sent as call ${id}` })
    const answer = await sent
    book.answered(id)
    if (control === undefined || !plan.asTask) return
    if (answer === undefined) emit({ kind: 'control.refused', control, reason: 'the server has ended' })
    else if (answer.kind === 'error') emit({ kind: 'control.refused', control, reason: answer.error.message })
    else {
      const created = legacyEra.readCreation(answer.result)
      const effect = created === undefined ? 'answered at once, without a task' : `task ${created.taskId}`
      emit({ kind: 'control.effective', control, effect })
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
  }

  /** The only way to cancel a plain call; nothing ever acknowledges it. */
  #cancelCall(entry: TaskEntry, request: ControlRequest): void {
    const { peer, clock, emit, limits, timers } = this.#options
    const requestId = entry.request?.message.id
    if (requestId === undefined) return
    peer.notify('notifications/cancelled', { requestId, reason: request.reason ?? 'cancelled by a person' })
    emit({ kind: 'control.acknowledged', control: request.id })
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
      pollFailed: (error) => {
        if (error.code !== invalidParams) {
          say('the server does not tell its status', error)
          return
        }
        follower.stop()
        const text = 'the server no longer knows this task'
        const lost = { name: 'TaskLost', message: `${text}: ${error.message}`, code: error.code }
        this.#options.events().endBecause(entry, 'failed', { status: 'failed', kind: 'lost', error: lost }, clock.now())
      },
      resultFailed: (error) => say('its result cannot be fetched', error),
    })
    this.#followers.set(entry, follower)
    follower.start(created)
  }

  #taskEnded(entry: TaskEntry): void {
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

  #asked(request: RequestSighting): void {
    if (request.message.method !== 'elicitation/create') return
    if (this.#options.events().asker(request) === undefined) {
      const message = 'no call or task is open that this question could belong to'
      // In a later turn: the question has not been shown to every observer yet.
      queueMicrotask(() => this.#options.peer.refuse(request.message.id, { code: invalidParams, message }))
      return
    }
    this.#questions.set(questionId(request), request)
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
