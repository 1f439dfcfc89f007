/**
 * The spans of a task's life before they are made. Sound because what they are made of never changes again: a task that
 * has ended, a stay that is over.
 */
import type { TaskTransition } from '../model/event.ts'
import type { SpanData } from '../model/span.ts'
import { type BornTask, intervalSpan, taskSpan } from './lifecycle-spans.ts'
import type { EndedInterval } from './open-task.ts'
import type { LaterSpan } from './span-sink.ts'

export class LaterTaskSpan implements LaterSpan {
  readonly #task: BornTask
  readonly #end: number
  readonly #transition: TaskTransition | undefined

  constructor(task: BornTask, end: number, transition: TaskTransition | undefined) {
    this.#task = task
    this.#end = end
    this.#transition = transition
  }

  make(): SpanData {
    return taskSpan(this.#task, this.#end, this.#transition)
  }
}

export class LaterIntervalSpan implements LaterSpan {
  readonly #task: BornTask
  readonly #interval: EndedInterval

  constructor(task: BornTask, interval: EndedInterval) {
    this.#task = task
    this.#interval = interval
  }

  make(): SpanData {
    return intervalSpan(this.#task, this.#interval)
  }
}
