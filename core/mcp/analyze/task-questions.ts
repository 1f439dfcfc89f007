/** The questions of peers to a person, each tied to the task or call that asks it. */
import type { Emit } from '../../model/stamp.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isFromServer } from '../wire/frame.ts'
import { isRecord, stringAt } from '../wire/json-record.ts'
import { questionId, questionOf } from './question.ts'
import type { TaskBook } from './task-book.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskEventContext } from './task-event-context.ts'
import type { TaskHost, WireFact } from './wire-fact.ts'

type Fact<Kind extends WireFact['kind']> = Extract<WireFact, { kind: Kind }>

export class TaskQuestions {
  readonly #context: TaskEventContext
  readonly #emit: Emit
  readonly #book: TaskBook
  /** Makes the entry of a task that a question names before anything else did. */
  readonly #meet: (host: TaskHost, taskId: string) => TaskEntry
  readonly #open = new BoundedMap<RequestSighting, TaskEntry>()

  constructor(context: TaskEventContext, book: TaskBook, meet: (host: TaskHost, taskId: string) => TaskEntry) {
    this.#context = context
    this.#emit = context.emit
    this.#book = book
    this.#meet = meet
  }

  /** Whose open question it is. */
  asker(request: RequestSighting): TaskEntry | undefined {
    return this.#open.get(request)
  }

  ask(fact: Fact<'asked'>): void {
    const { request } = fact
    // Asked as a task, it is that task's question and not its asker's.
    if (request.message.method !== 'elicitation/create' || isRecord(request.message.params.task)) return
    const entry = this.#askerOf(fact)
    if (entry === undefined) return
    this.#open.set(request, entry)
    this.#emit({ kind: 'task.asked', id: entry.id, question: questionOf(request) }, request.frame.at)
  }

  answered(fact: Fact<'ask.answered'>): void {
    const { request, answer } = fact.exchange
    const entry = this.#open.get(request)
    if (entry === undefined) return
    this.#open.delete(request)
    const said = answer.message.kind === 'result' ? stringAt(answer.message.result, 'action') : undefined
    const action = said === 'accept' || said === 'decline' ? said : 'cancel'
    const by = this.#context.answeredBy(request)
    this.#emit({ kind: 'task.answered', id: entry.id, requestId: questionId(request), action, by }, answer.frame.at)
  }

  withdrawn(fact: Fact<'ask.withdrawn'>): void {
    this.#drop(fact.request, fact.sighting.frame.at)
  }

  /** Nobody waits for the answers any more. */
  dropAllOf(entry: TaskEntry, at: number): void {
    for (const [request, asker] of this.#open) if (asker === entry) this.#drop(request, at)
  }

  #drop(request: RequestSighting, at: number): void {
    const entry = this.#open.get(request)
    if (entry === undefined) return
    this.#open.delete(request)
    const by = { kind: 'peer', name: 'the server' } as const
    this.#emit({ kind: 'task.answered', id: entry.id, requestId: questionId(request), action: 'cancel', by }, at)
  }

  #askerOf(fact: Fact<'asked'>): TaskEntry | undefined {
    const host = isFromServer(fact.request.frame.dir) ? 'server' : 'client'
    if (fact.taskId !== undefined) return this.#book.task(host, fact.taskId) ?? this.#meet(host, fact.taskId)
    return this.#book.newest(host)
  }
}
