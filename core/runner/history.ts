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
  // A ring: the oldest stands where the next one goes.
  const ids: TaskId[] = []
  const ended: EndedTask[] = []
  let slot = 0
  /** Made when somebody asks for the first time: few tasks are ever run again. */
  let byId: Map<TaskId, EndedTask> | undefined
  const attempts = new Map<TaskId, number>()

  function index(): Map<TaskId, EndedTask> {
    const made = new Map<TaskId, EndedTask>()
    for (const [place, task] of ended.entries()) {
      const id = ids[place]
      if (id !== undefined) made.set(id, task)
    }
    return made
  }

  return {
    add(task) {
      if (most === 0) return
      const remembered = endedTaskOf(task)
      const oldest = ids[slot]
      ids[slot] = task.id
      ended[slot] = remembered
      slot = (slot + 1) % most
      byId?.set(task.id, remembered)
      if (oldest === undefined) return
      byId?.delete(oldest)
      if (attempts.size > 0) attempts.delete(oldest)
    },
    get(id) {
      byId ??= index()
      return byId.get(id)
    },
    nextAttempt(chain) {
      const next = (attempts.get(chain) ?? 1) + 1
      attempts.set(chain, next)
      return next
    },
  }
}
