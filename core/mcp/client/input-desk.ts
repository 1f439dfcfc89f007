/**
 * Questions that come as data and not as an elicitation of their own: the `inputRequests` of a modern task or call, and
 * what a legacy server asks beside elicitation. Shows each once, takes a person's answers, and sends them: those of a
 * task one by one, as soon as each is there, those of a call together, since the call is made again with them.
 */
import type { Actor } from '../../model/actor.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { ControlId } from '../../model/identity.ts'
import type { InputAnswer } from '../../model/input-question.ts'
import type { ClientAbilities } from '../../model/server-target.ts'
import { formOf, questionId } from '../analyze/question.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord, type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import type { DeskOptions } from './desk-options.ts'
import { canAnswer, responseOf } from './peer-questions.ts'

export interface InputDeskOptions extends Pick<DeskOptions, 'emit' | 'clock' | 'peer'> {
  readonly abilities: ClientAbilities
  /** Makes a call again, with the answers that it asked for. */
  readonly callAgain: (entry: TaskEntry, answers: JsonRecord) => void
  /** What a call asks cannot be answered: it will not be made again. */
  readonly giveUp: (entry: TaskEntry, why: string) => void
}

interface OpenQuestion {
  readonly entry: TaskEntry
  readonly method: string
  /** Sends the response; resolves with why the server refused it, or `undefined`. */
  readonly send: (response: JsonRecord | undefined) => Promise<string | undefined>
  /** The status of its task tells when the answer was taken. */
  readonly toldByStatus: boolean
  /** Sent, and on its way. */
  sent: boolean
}

interface CallRound {
  readonly answers: Record<string, JsonRecord>
  readonly state: JsonRecord
  waiting: number
}

/** A server that sends a call back without asking anything is followed so often. */
const maxEmptyRounds = 10

const noSampling = { code: -1, message: 'a person declined to answer for the model' }

export class InputDesk {
  readonly #options: InputDeskOptions
  readonly #open = new Map<TaskEntry, Map<string, OpenQuestion>>()
  /** Keys that a task has used; once answered they are never used again. */
  readonly #seen = new Map<TaskEntry, Set<string>>()
  /** Answers whose question the task still shows. */
  readonly #taking = new Map<TaskEntry, Map<string, ControlId>>()
  readonly #rounds = new Map<TaskEntry, CallRound>()
  readonly #emptyRounds = new Map<TaskEntry, number>()
  #round = 0

  constructor(options: InputDeskOptions) {
    this.#options = options
  }

  /** Whether the call waits for a person before it is made again. */
  holds(entry: TaskEntry): boolean {
    return this.#rounds.has(entry)
  }

  /** Takes a modern task's newest status. */
  saw(entry: TaskEntry, snapshot: TaskSnapshot): void {
    const wanted = snapshot.status === 'input_required' ? (snapshot.inputRequests ?? {}) : {}
    const { taskId } = snapshot
    this.#gone(entry, wanted)
    const seen = this.#seen.get(entry) ?? new Set()
    for (const [key, request] of Object.entries(wanted)) {
      if (seen.has(key) || !isRecord(request)) continue
      seen.add(key)
      this.#seen.set(entry, seen)
      this.#ask(entry, key, request, true, async (response) => {
        const answer = await this.#options.peer.request('tasks/update', {
          taskId,
          inputResponses: { [key]: response ?? { action: 'cancel' } },
        })
        if (answer === undefined) return 'the server has ended'
        return answer.kind === 'error' ? `the server answers: ${answer.error.message}` : undefined
      })
    }
  }

  /** A call was answered with questions: when all of them have answers, it is made again. */
  sawCall(entry: TaskEntry, result: JsonRecord): void {
    const { emptyRounds, problem } = this.#judge(entry, result)
    if (problem !== undefined) {
      this.#options.giveUp(entry, problem)
      return
    }
    this.#emptyRounds.set(entry, emptyRounds)
    const wanted = Object.entries(recordAt(result, 'inputRequests') ?? {})
    const { requestState } = result
    const round: CallRound = {
      answers: {},
      state: requestState === undefined ? {} : { requestState },
      waiting: wanted.length,
    }
    this.#round += 1
    this.#rounds.set(entry, round)
    for (const [key, request] of wanted) {
      if (!isRecord(request)) continue
      this.#ask(entry, `${this.#round}:${key}`, request, false, (response) => {
        round.answers[key] = response ?? { action: 'cancel' }
        round.waiting -= 1
        this.#continue(entry, round)
        return Promise.resolve(undefined)
      })
    }
    this.#continue(entry, round)
  }

  #judge(entry: TaskEntry, result: JsonRecord): { readonly emptyRounds: number; readonly problem?: string } {
    const wanted = Object.values(recordAt(result, 'inputRequests') ?? {})
    const emptyRounds = wanted.length > 0 ? 0 : (this.#emptyRounds.get(entry) ?? 0) + 1
    if (emptyRounds > maxEmptyRounds) return { emptyRounds, problem: 'the server sends it back again and again' }
    const odd = wanted.find(
      (request) => !isRecord(request) || !canAnswer(stringAt(request, 'method') ?? '', this.#options.abilities),
    )
    if (wanted.length === 0 || odd === undefined) return { emptyRounds }
    const method = isRecord(odd) ? (stringAt(odd, 'method') ?? 'something') : 'something'
    return { emptyRounds, problem: `the server asks ${method}, which this client did not offer` }
  }

  /** A request of a legacy server beside elicitation. */
  sawRequest(entry: TaskEntry, request: RequestSighting): void {
    const { method, params, id } = request.message
    this.#ask(entry, questionId(request), { method, params }, false, (response) => {
      if (response === undefined) this.#options.peer.refuse(id, noSampling)
      else this.#options.peer.respond(id, response)
      return Promise.resolve(undefined)
    })
  }

  /** @returns why it is refused, `undefined` when it is taken, or `unknown` when the question is none of these */
  answer(entry: TaskEntry, requestId: string, answer: InputAnswer, request: ControlRequest): string | undefined {
    const question = this.#open.get(entry)?.get(requestId)
    if (question === undefined || question.sent) return 'unknown'
    if (answer.action === 'accept' && !isRecord(answer.content)) return 'the answer to a question is a JSON object'
    question.sent = true
    void this.#send(question, requestId, answer, request)
    return undefined
  }

  /** The server takes a request back. */
  withdraw(request: RequestSighting): void {
    const requestId = questionId(request)
    for (const entry of [...this.#open.keys()]) {
      this.#close(entry, requestId, 'cancel', { kind: 'peer', name: 'the server' })
    }
  }

  /** The entry has ended, or nobody waits for its answers any more. */
  drop(entry: TaskEntry): void {
    this.#rounds.delete(entry)
    this.#emptyRounds.delete(entry)
    this.#gone(entry, {})
    this.#seen.delete(entry)
  }

  async #send(question: OpenQuestion, requestId: string, answer: InputAnswer, request: ControlRequest): Promise<void> {
    const { emit } = this.#options
    const { entry, method, toldByStatus } = question
    const control = request.id
    if (toldByStatus) this.#taking.set(entry, (this.#taking.get(entry) ?? new Map()).set(requestId, control))
    const refusal = await question.send(responseOf(method, answer))
    if (refusal !== undefined) {
      question.sent = false
      this.#taking.get(entry)?.delete(requestId)
      emit({ kind: 'control.refused', control, reason: refusal })
      return
    }
    emit({ kind: 'control.acknowledged', control })
    this.#close(entry, requestId, answer.action, request.by)
    if (!toldByStatus) emit({ kind: 'control.effective', control, effect: 'sent' })
    else if (this.#taking.get(entry)?.has(requestId) !== true) this.#took(control)
  }

  #ask(
    entry: TaskEntry,
    requestId: string,
    request: JsonRecord,
    toldByStatus: boolean,
    send: OpenQuestion['send'],
  ): void {
    const { emit, clock, abilities } = this.#options
    const method = stringAt(request, 'method') ?? ''
    if (!canAnswer(method, abilities)) {
      const text = `asks ${method === '' ? 'something without a method' : method}, which this client did not offer`
      emit({ kind: 'task.changed', id: entry.id, why: { text } })
      return
    }
    const questions = this.#open.get(entry) ?? new Map<string, OpenQuestion>()
    questions.set(requestId, { entry, method, send, toldByStatus, sent: false })
    this.#open.set(entry, questions)
    const form = formOf(method, recordAt(request, 'params') ?? {})
    emit({ kind: 'task.asked', id: entry.id, question: { requestId, ...form, askedAt: clock.now() } })
  }

  #continue(entry: TaskEntry, round: CallRound): void {
    if (round.waiting > 0 || this.#rounds.get(entry) !== round) return
    this.#rounds.delete(entry)
    const inputResponses = Object.keys(round.answers).length === 0 ? {} : { inputResponses: round.answers }
    // In a later turn: the answer to the last round is still being told to every observer.
    queueMicrotask(() => this.#options.callAgain(entry, { ...inputResponses, ...round.state }))
  }

  /** What is no longer asked: an answer of ours has shown its effect, or the server does without. */
  #gone(entry: TaskEntry, wanted: JsonRecord): void {
    const taking = this.#taking.get(entry)
    for (const [key, control] of [...(taking ?? [])]) {
      if (Object.hasOwn(wanted, key)) continue
      taking?.delete(key)
      // Before its acknowledgement it is not told as effective.
      if (this.#open.get(entry)?.has(key) !== true) this.#took(control)
    }
    for (const [key, question] of [...(this.#open.get(entry) ?? [])]) {
      if (Object.hasOwn(wanted, key) || question.sent) continue
      this.#close(entry, key, 'cancel', { kind: 'peer', name: 'the server' })
      // An older status may have come late: what is listed again is still asked.
      this.#seen.get(entry)?.delete(key)
    }
  }

  #took(control: ControlId): void {
    this.#options.emit({ kind: 'control.effective', control, effect: 'the task took it' })
  }

  #close(entry: TaskEntry, requestId: string, action: InputAnswer['action'], by: Actor): void {
    const questions = this.#open.get(entry)
    if (questions?.delete(requestId) !== true) return
    if (questions.size === 0) this.#open.delete(entry)
    this.#options.emit({ kind: 'task.answered', id: entry.id, requestId, action, by })
  }
}
