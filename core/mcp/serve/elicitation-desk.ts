/**
 * Brings the questions of a work to a legacy client: as `elicitation/create`, within a request of the client that is
 * open. A question that was sent on a stream which closed before its answer is asked again on the next.
 */
import type { Dispose } from '../../model/dispose.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { Exchange } from './exchange.ts'
import { elicitationOf, elicitedAnswer } from './question-form.ts'
import type { ToolWork, WorkQuestion } from './tool-work.ts'

/** A client that keeps giving answers which do not fit is told to have dismissed the question. */
const maxRounds = 3

export class ElicitationDesk {
  /** Rounds of questions that are with the client, or were, by work. */
  readonly #asked = new WeakMap<ToolWork, Set<string>>()

  /**
   * Asks what the work asks, now and until disposed.
   * @param tie adds what says to which task the question belongs.
   */
  attend(exchange: Exchange, work: ToolWork, tie: (params: JsonRecord) => JsonRecord): Dispose {
    const asked = this.#asked.get(work) ?? new Set()
    this.#asked.set(work, asked)
    const mine = new Set<string>()

    const look = (): void => {
      for (const question of work.questions) {
        const round = `${question.requestId} ${question.round}`
        if (asked.has(round)) continue
        asked.add(round)
        mine.add(round)
        void this.#ask(exchange, work, question, tie)
      }
    }

    const release = work.onChange(look)
    const stopListening = exchange.onAbandoned(() => {
      for (const round of mine) asked.delete(round)
    })
    look()
    return () => {
      release()
      stopListening()
    }
  }

  async #ask(
    exchange: Exchange,
    work: ToolWork,
    question: WorkQuestion,
    tie: (params: JsonRecord) => JsonRecord,
  ): Promise<void> {
    if (question.round > maxRounds) {
      work.answer(question.requestId, { action: 'cancel' })
      return
    }
    const answer = await exchange.ask('elicitation/create', tie(elicitationOf(question)))
    if (answer === undefined) return
    const given = answer.kind === 'result' ? elicitedAnswer(answer.result, question) : { action: 'cancel' as const }
    work.answer(question.requestId, given)
  }
}
