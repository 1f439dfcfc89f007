/**
 * Modern calls that run without a task: answered when the work ends. When the work asks something meanwhile, the call is
 * answered `input_required` and the work waits, under a `requestState`, for the client to call again with the answers
 * (multi round trips: https://modelcontextprotocol.io/seps/2322-mrtr).
 */
import { randomUUID } from 'node:crypto'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { isRecord, recordAt } from '../wire/json-record.ts'
import { answerOf, textResult } from './call-answer.ts'
import type { Exchange } from './exchange.ts'
import { completeResult, inputRequests } from './modern-task.ts'
import { notifyProgress, progressTokenOf } from './progress-notices.ts'
import { elicitedAnswer } from './question-form.ts'
import type { ToolWork } from './tool-work.ts'

/** How long a work waits for the client to come back, milliseconds. */
const patienceMs = 300_000

export class PlainCalls {
  readonly #timers: Timers
  readonly #parked = new Map<string, { readonly work: ToolWork; readonly stopClock: Dispose }>()

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** Takes up a call that waits for answers, and whether there is one. */
  resume(exchange: Exchange, requestState: unknown): boolean {
    const parked = typeof requestState === 'string' ? this.#parked.get(requestState) : undefined
    if (parked === undefined || parked.work.tool !== exchange.request.params.name) return false
    this.#parked.delete(requestState as string)
    parked.stopClock()
    const { work } = parked
    const responses = recordAt(exchange.request.params, 'inputResponses')
    for (const question of work.questions) {
      const response = responses?.[question.requestId]
      if (isRecord(response)) work.answer(question.requestId, elicitedAnswer(response, question))
    }
    this.follow(exchange, work, true)
    return true
  }

  /** Answers the call when its work ends or asks. */
  follow(exchange: Exchange, work: ToolWork, canAsk: boolean): void {
    const token = progressTokenOf(recordAt(exchange.request.params, '_meta'))
    const releases = [
      work.onChange(look),
      exchange.onAbandoned(() => {
        release()
        work.cancel('its caller went away')
      }),
    ]
    if (token !== undefined) {
      releases.push(notifyProgress(work, token, (params) => exchange.notify('notifications/progress', params)))
    }
    const park = (): string => this.#park(work)

    function release(): void {
      for (const dispose of releases) dispose()
    }

    function look(): void {
      const { outcome, questions } = work
      if (outcome !== undefined) {
        release()
        answer(exchange, work)
      } else if (questions.length > 0 && canAsk) {
        release()
        const asked = new Map(questions.map((question) => [question.requestId, question]))
        const requestState = park()
        exchange.reply({ resultType: 'input_required', inputRequests: inputRequests(asked), requestState })
      } else {
        for (const { requestId } of questions) work.answer(requestId, { action: 'cancel' })
      }
    }

    look()
  }

  close(): void {
    for (const { work, stopClock } of this.#parked.values()) {
      stopClock()
      work.cancel('the server is closing')
    }
    this.#parked.clear()
  }

  #park(work: ToolWork): string {
    const requestState = randomUUID()
    const stopClock = this.#timers.after(patienceMs, () => {
      this.#parked.delete(requestState)
      work.cancel('its caller did not come back with an answer')
    })
    this.#parked.set(requestState, { work, stopClock })
    return requestState
  }
}

function answer(exchange: Exchange, { outcome }: ToolWork): void {
  if (outcome === undefined) return
  const answered = answerOf(outcome)
  switch (answered.kind) {
    case 'result':
      exchange.reply(completeResult(answered))
      break
    case 'error':
      exchange.refuse(answered.error)
      break
    case 'cancelled':
      exchange.reply({ resultType: 'complete', ...textResult(`It was cancelled: ${answered.reason}`, true) })
      break
  }
}
