/**
 * Servers notify the status of a task before they answer the request that created it. While a creation is under way,
 * statuses of unknown ids wait here; it may be theirs.
 */

import { BoundedSet } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import type { TaskHost, WireFact } from './wire-fact.ts'

type Status = Extract<WireFact, { kind: 'task.status' }>

/** A server that floods unknown ids does not fill the memory: beyond this they are told at once. */
const maxWaiting = 1000

export class EarlyStatuses {
  readonly #creating = new BoundedSet<RequestSighting>()
  #waiting: Status[] = []

  creating(request: RequestSighting): void {
    this.#creating.add(request)
  }

  /** Whether the status waits; if not, it is to be told at once. */
  hold(status: Status): boolean {
    if (this.#creating.size === 0 || this.#waiting.length >= maxWaiting) return false
    this.#waiting.push(status)
    return true
  }

  /** A request was answered with this task: gives what was said of it so far, in order. */
  created(request: RequestSighting, host: TaskHost, taskId: string): readonly Status[] {
    this.#creating.delete(request)
    const mine = this.#waiting.filter((status) => status.host === host && status.snapshot.taskId === taskId)
    if (mine.length > 0) this.#waiting = this.#waiting.filter((status) => !mine.includes(status))
    return mine
  }

  /** A request was answered without a task. */
  notCreated(request: RequestSighting): void {
    this.#creating.delete(request)
  }

  /** Once nobody creates a task, what is left speaks of tasks that this conversation never created. */
  release(): readonly Status[] {
    if (this.#creating.size > 0) return []
    return this.#waiting.splice(0)
  }
}
