/** Remembers what ended tasks were made from, newest first to stay, so that they can be run again with the same input. */
import type { TaskId } from '../model/identity.ts'
import type { TaskOrigin } from './task.ts'

export interface History {
  /** The task has ended. */
  add(ended: TaskOrigin): void
  get(id: TaskId): TaskOrigin | undefined
  /** The number of the next attempt of a chain, above that of the attempt that it follows, also in a forgotten chain. */
  nextAttempt(chain: TaskId, follows: number): number
}

export function createHistory(most: number): History {
  // A ring: the oldest stands where the next one goes.
  const ring: TaskOrigin[] = []
  let slot = 0
  /** Made when somebody asks for the first time: few tasks are ever run again. */
  let byId: Map<TaskId, TaskOrigin> | undefined
  const attempts = new Map<TaskId, number>()

  return {
    add(ended) {
      if (most === 0) return
      const oldest = ring[slot]?.id
      ring[slot] = ended
      slot = (slot + 1) % most
      byId?.set(ended.id, ended)
      if (oldest === undefined) return
      byId?.delete(oldest)
      if (attempts.size > 0) attempts.delete(oldest)
    },
    get(id) {
      byId ??= new Map(ring.map((ended) => [ended.id, ended]))
      return byId.get(id)
    },
    nextAttempt(chain, follows) {
      const next = Math.max(attempts.get(chain) ?? 1, follows) + 1
      attempts.set(chain, next)
      return next
    },
  }
}
