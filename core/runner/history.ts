/** Remembers what ended tasks were, newest first to stay, so that they can be run again with the same input. */
import type { NodeId, TaskId } from '../model/identity.ts'
import type { TraceIds } from '../model/span.ts'
import type { AnyTaskDefinition, SpawnOptions } from './define-task.ts'
import type { Task } from './task.ts'

export interface EndedTask {
  readonly definition: AnyTaskDefinition
  readonly name: string
  readonly input: unknown
  readonly parent: Task | undefined
  readonly parentNode: NodeId | undefined
  readonly trace: TraceIds
  readonly chain: TaskId
  readonly options: SpawnOptions
  readonly timeoutMs: number | undefined
  /** Starts it again under its supervisor, which counts and links the attempt; `false` when that has gone. */
  readonly restart: Task['restart']
}

/** What is remembered of a task. */
export function endedTaskOf(task: Task): EndedTask {
  return {
    definition: task.definition,
    name: task.name,
    input: task.input,
    parent: task.parent,
    parentNode: task.parentNode,
    trace: task.trace,
    chain: task.chain,
    options: task.options,
    timeoutMs: task.timeoutMs,
    restart: task.restart,
  }
}

export interface History {
  add(task: Task): void
  get(id: TaskId): EndedTask | undefined
  /** The number of the next attempt of a chain. */
  nextAttempt(chain: TaskId): number
}

export function createHistory(most: number): History {
  const ended = new Map<TaskId, EndedTask>()
  // A ring beside the Map: its first key would have to be searched past every key that was deleted before.
  const order: TaskId[] = []
  let slot = 0
  const attempts = new Map<TaskId, number>()
  return {
    add(task) {
      if (most === 0) return
      ended.set(task.id, endedTaskOf(task))
      const oldest = order[slot]
      order[slot] = task.id
      slot = (slot + 1) % most
      if (oldest === undefined) return
      ended.delete(oldest)
      attempts.delete(oldest)
    },
    get: (id) => ended.get(id),
    nextAttempt(chain) {
      const next = (attempts.get(chain) ?? 1) + 1
      attempts.set(chain, next)
      return next
    },
  }
}
