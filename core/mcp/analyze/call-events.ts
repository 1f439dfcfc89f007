/**
 * Turns what is said of plain calls into task events. A modern call that is answered with questions is one call for as
 * long as it goes back and forth: it waits for input until it is made again.
 */
import { isTerminal } from '../../model/lifecycle.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { recordAt } from '../wire/json-record.ts'
import { payloadOf } from '../wire/payload-of.ts'
import { announce } from './announce.ts'
import type { LifeWatch } from './life-watch.ts'
import { outcomeOfAnswer } from './outcome-of.ts'
import { questionsFirst, SentBackCalls } from './sent-back-calls.ts'
import type { StatusQuestions } from './status-questions.ts'
import type { TaskBook } from './task-book.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskEventContext } from './task-event-context.ts'
import type { Transitions } from './transitions.ts'
import type { WireFact } from './wire-fact.ts'

type Sent = Extract<WireFact, { kind: 'call.sent' }>
type Answered = Extract<WireFact, { kind: 'call.answered' }>

export interface CallEventsOptions {
  readonly context: TaskEventContext
  readonly book: TaskBook
  readonly transitions: Transitions
  readonly watch: LifeWatch
  /** Tells the questions that a call is answered with; absent where whoever answers them tells them. */
  readonly listed: StatusQuestions | undefined
}

export class CallEvents {
  readonly #options: CallEventsOptions
  readonly #sentBack = new SentBackCalls()

  constructor(options: CallEventsOptions) {
    this.#options = options
  }

  /** A call is made for the first time. */
  start({ request, host, target }: Pick<Sent, 'request' | 'host' | 'target'>): TaskEntry {
    const { context, book, transitions } = this.#options
    const entry = book.addCall(context.callIdOf(request), host, request)
    announce(context, book, entry, target, request.frame.at)
    transitions.move(entry, 'running', request.frame.at)
    return entry
  }

  /** @returns whether the request only goes on with a call that was sent back */
  goesOn({ request, continues }: Sent): boolean {
    const { book, transitions, listed } = this.#options
    const entry = continues === undefined ? this.#sentBack.continued(request) : book.call(continues)
    if (entry === undefined) return false
    const { at } = request.frame
    // Whoever names the first request names it from now on as well.
    if (continues === undefined) book.renameCall(entry, request)
    book.bindToken(entry, request)
    listed?.answering(entry, request)
    listed?.answered(entry, request, true, at)
    listed?.drop(entry, at)
    if (!isTerminal(entry.state)) transitions.moveTo(entry, 'running', at)
    return true
  }

  answered(fact: Answered): void {
    const { context, book, transitions, watch } = this.#options
    const { request, answer } = fact.exchange
    const { at } = answer.frame
    const entry = book.call(request) ?? this.start({ ...fact, request })
    if (questionsFirst(answer.message) !== undefined && !isTerminal(entry.state)) {
      this.#waits(entry, fact)
      return
    }
    const outcome = outcomeOfAnswer(answer, entry.state === 'cancelling')
    if (isTerminal(entry.state)) {
      const value = outcome.status === 'completed' ? outcome.value : payloadOf(answer.message)
      const what = outcome.status === 'completed' ? 'result' : 'error'
      context.emit({ kind: 'task.late', id: entry.id, what, value }, at)
      watch.over(entry, 'it was answered at last', at)
    } else {
      transitions.move(entry, outcome.status === 'completed' ? 'completed' : 'failed', at, { outcome })
    }
    book.removeCall(request)
  }

  /** The server made a task of it: the call is over, the task goes on. */
  becameTask(request: RequestSighting, snapshot: TaskSnapshot, at: number): void {
    const { book, transitions } = this.#options
    const entry = book.call(request)
    if (entry === undefined) return
    book.removeCall(request)
    transitions.move(entry, 'completed', at, { outcome: { status: 'completed', value: payloadOf(snapshot.raw) } })
  }

  #waits(entry: TaskEntry, { exchange: { request, answer } }: Answered): void {
    const { context, transitions, listed } = this.#options
    const { at } = answer.frame
    const inputRequests = recordAt(questionsFirst(answer.message), 'inputRequests') ?? {}
    this.#sentBack.sentBack(entry, request, answer)
    if (Object.keys(inputRequests).length === 0) {
      context.emit({ kind: 'task.changed', id: entry.id, why: { text: 'the server wants it called again' } }, at)
      return
    }
    transitions.moveTo(entry, 'input_required', at)
    listed?.saw(entry, { status: 'input_required', inputRequests }, at)
  }
}
