/**
 * Brings the questions of a work to a legacy client: as `elicitation/create`, within a request of the client that is
 * open. A question that was sent on a stream which closed before its answer is asked again on the next.
 */
import type { Dispose } from '../../model/dispose.ts'
import type { InputQuestion } from '../../model/input-question.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { Exchange } from './exchange.ts'
import { elicitationOf, elicitedAnswer } from './question-form.ts'
import type { ToolWork } from './tool-work.ts'

export class ElicitationDesk {
  /** Questions that are with the client now, by work. */
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
        if (asked.has(question.requestId)) continue
        asked.add(question.requestId)
        mine.add(question.requestId)
        void this.#ask(exchange, work, question, tie)
      }
    }

    const release = work.onChange(look)
    const stopListening = exchange.onAbandoned(() => {
      for (const requestId of mine) asked.delete(requestId)
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
    question: InputQuestion,
    tie: (params: JsonRecord) => JsonRecord,
  ): Promise<void> {
    const answer = await exchange.ask('elicitation/create', tie(elicitationOf(question)))
    if (answer === undefined) return
    const given = answer.kind === 'result' ? elicitedAnswer(answer.result, question) : { action: 'cancel' as const }
    work.answer(question.requestId, given)
  }
}
