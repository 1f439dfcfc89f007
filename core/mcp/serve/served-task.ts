/** A task as a server tells it: one work with an id, times, and keys for its questions. In the words of neither wire. */
import type { Clock, Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { InputAnswer } from '../../model/input-question.ts'
import { answerOf, type CallAnswer } from './call-answer.ts'
import type { Habits } from './habits.ts'
import type { ToolWork, WorkQuestion } from './tool-work.ts'

/** What only changes its words is told at most this often, milliseconds. */
const quietMs = 250

export interface ServedTaskOptions {
  readonly work: ToolWork
  /** Who may ask about it: a legacy session, or nobody in particular for the modern wire, where the id is the key. */
  readonly owner: object | undefined
  /** Whether its client can be asked. Questions to one that cannot are dismissed at once. */
  readonly canAsk: boolean
  readonly ttlMs: number
  readonly clock: Clock
  readonly timers: Timers
  readonly habits: Habits
}

export class ServedTask {
  readonly id: string
  readonly work: ToolWork
  readonly owner: object | undefined
  /** Milliseconds since the Unix epoch, as `lastUpdatedAt`. */
  readonly createdAt: number
  readonly ttlMs: number
  readonly pollIntervalMs: number
  lastUpdatedAt: number
  readonly #options: ServedTaskOptions
  readonly #keys = new Map<string, string>()
  readonly #listeners = new Set<() => void>()
  readonly #stopWatching: Dispose
  #cancelled: string | undefined
  #told: { readonly status: string; readonly message: string | undefined }
  #quiet: Dispose | undefined

  constructor(options: ServedTaskOptions) {
    const { work, habits, clock } = options
    this.#options = options
    this.id = habits.taskId()
    this.work = work
    this.owner = options.owner
    this.createdAt = clock.now()
    this.lastUpdatedAt = this.createdAt
    this.ttlMs = options.ttlMs
    this.pollIntervalMs = habits.pollIntervalMs
    this.#told = { status: this.#statusText(), message: this.message }
    this.#stopWatching = work.onChange(() => this.#changed())
    this.#changed()
  }

  /** How it ended; a task that was cancelled on the legacy wire has ended whatever its work still does. */
  get answer(): CallAnswer | undefined {
    if (this.#cancelled !== undefined) return { kind: 'cancelled', reason: this.#cancelled }
    return this.work.outcome === undefined ? undefined : answerOf(this.work.outcome)
  }

  get message(): string | undefined {
    return this.#cancelled ?? this.work.message
  }

  /** What it asks at present, by key. */
  get questions(): ReadonlyMap<string, WorkQuestion> {
    if (this.answer !== undefined) return new Map()
    return new Map(this.work.questions.map((question) => [this.#keyOf(question), question]))
  }

  onChange(listener: () => void): Dispose {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Answers a question by its key; a key that is not open is ignored. */
  reply(key: string, answer: InputAnswer): void {
    const question = this.questions.get(key)
    if (question !== undefined) this.work.answer(question.requestId, answer)
  }

  /** Asks its work to end, which it does in its own time. */
  cancel(reason: string): void {
    if (this.#options.habits.stopWork) this.work.cancel(reason)
  }

  /** Ends it here and now; its work is asked to end as well. */
  cancelAtOnce(reason: string): void {
    if (this.answer !== undefined) return
    this.cancel(reason)
    // The work may have ended on being asked.
    if (this.answer !== undefined) return
    this.#cancelled = reason
    this.#changed()
  }

  /** Nobody may ask about it any more. */
  forget(): void {
    this.#quiet?.()
    this.#stopWatching()
    this.#listeners.clear()
    this.work.cancel('its time to live is over')
  }

  #keyOf(question: WorkQuestion): string {
    const { requestId, round } = question
    const asked = `${requestId} ${round}`
    const known = this.#keys.get(asked)
    if (known !== undefined) return known
    const key = this.#options.habits.questionKey(this.#keys.size + 1)
    this.#keys.set(asked, key)
    return key
  }

  #statusText(): string {
    return JSON.stringify([this.answer, [...this.questions.keys()]])
  }

  #changed(): void {
    if (!this.#options.canAsk) {
      for (const { requestId } of this.work.questions) this.work.answer(requestId, { action: 'cancel' })
    }
    const now = { status: this.#statusText(), message: this.message }
    const before = this.#told
    if (now.status === before.status && now.message === before.message) return
    this.#told = now
    this.lastUpdatedAt = this.#options.clock.now()
    if (now.status !== before.status) this.#tell()
    else this.#quiet ??= this.#options.timers.after(quietMs, () => this.#tell())
  }

  #tell(): void {
    this.#quiet?.()
    this.#quiet = undefined
    for (const listener of [...this.#listeners]) listener()
  }
}
