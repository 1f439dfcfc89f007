/**
 * `tasks/result` of the legacy wire: blocks until the task has ended, then gives exactly what the call would have given.
 * While it is open the task's questions reach the client on it.
 */
import type { Timers } from '../../model/clock.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import { internalError } from './call-answer.ts'
import type { ElicitationDesk } from './elicitation-desk.ts'
import type { Exchange } from './exchange.ts'
import type { Habits } from './habits.ts'
import { related } from './legacy-task.ts'
import type { ServedTask } from './served-task.ts'

export class ResultWaiters {
  readonly #timers: Timers
  readonly #habits: Habits
  readonly #desk: ElicitationDesk

  constructor(timers: Timers, habits: Habits, desk: ElicitationDesk) {
    this.#timers = timers
    this.#habits = habits
    this.#desk = desk
  }

  wait(exchange: Exchange, task: ServedTask): void {
    const releases = [task.onChange(() => this.#look(exchange, task, release)), exchange.onAbandoned(release)]
    if (task.answer === undefined) {
      releases.push(this.#desk.attend(exchange, task.work, (params: JsonRecord) => related(task, params)))
    }
    function release(): void {
      for (const dispose of releases.splice(0)) dispose()
    }
    this.#look(exchange, task, release)
  }

  #look(exchange: Exchange, task: ServedTask, release: () => void): void {
    if (task.answer === undefined) return
    release()
    const { resultDelayMs } = this.#habits
    if (resultDelayMs > 0) this.#timers.after(resultDelayMs, () => this.#answer(exchange, task))
    else this.#answer(exchange, task)
  }

  #answer(exchange: Exchange, task: ServedTask): void {
    const { answer } = task
    const { cancelledResult } = this.#habits
    if (answer?.kind === 'error') exchange.refuse(answer.error)
    else if (answer?.kind === 'result') exchange.reply(related(task, answer.result))
    else if (cancelledResult !== undefined) exchange.reply(related(task, cancelledResult))
    else exchange.refuse({ code: internalError, message: `task ${task.id} has no result stored` })
  }
}
