/**
 * Starts pending tasks in order, one turn after they were submitted, so that whoever submits holds the handle before
 * the first statement runs. While the gate is closed they wait as `pending` and say why.
 */
import type { Dispose } from '../model/dispose.ts'
import type { Task } from './task.ts'

/** Whether tasks may start now. A host closes it while too many of its events are unacknowledged. */
export interface StartGate {
  open(): boolean
  /** Calls back each time it opens. */
  onOpen(callback: () => void): Dispose
}

export interface StartQueue {
  add(task: Task): void
  /** Tasks that wait for the gate. */
  waiting(): number
  close(): void
}

export interface StartQueueOptions {
  readonly gate: StartGate | undefined
  /** Starts one task that is still pending. */
  readonly start: (task: Task) => void
  /** Says that a task waits, once per task. */
  readonly waits: (task: Task) => void
}

export function createStartQueue({ gate, start, waits }: StartQueueOptions): StartQueue {
  let queue: Task[] = []
  let told = 0
  let scheduled = false
  const stopListening = gate?.onOpen(schedule)

  function schedule(): void {
    if (scheduled || queue.length === 0) return
    scheduled = true
    queueMicrotask(drain)
  }

  function drain(): void {
    scheduled = false
    const tasks = queue
    let next = 0
    for (; next < tasks.length && (gate === undefined || gate.open()); next += 1) {
      const task = tasks[next]
      if (task?.state === 'pending') start(task)
    }
    if (next === tasks.length) {
      queue = queue === tasks ? [] : queue
      told = 0
      return
    }
    queue = tasks.slice(next)
    for (told = Math.max(0, told - next); told < queue.length; told += 1) {
      const task = queue[told]
      if (task?.state === 'pending') waits(task)
    }
  }

  return {
    add(task) {
      queue.push(task)
      schedule()
    },
    waiting: () => queue.length,
    close() {
      stopListening?.()
      queue = []
    },
  }
}
