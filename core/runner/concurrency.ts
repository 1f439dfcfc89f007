/**
 * How many tasks may run at once, of one module and of one definition. What finds no place waits as `pending` and says
 * why. A task that runs inside a place, because a task above it has one, needs none of its own: else a parent and the
 * child it awaits would wait for each other.
 */
import type { AnyTaskDefinition } from './define-task.ts'
import type { Task } from './task.ts'

export interface Places {
  /** Takes the task's places, or has it wait: then it is queued again when one is free. */
  enter(task: Task): boolean
  /** Gives back what an ended task had. */
  leave(task: Task): void
}

interface Limit {
  readonly most: number
  readonly name: string
  readonly inside: Set<Task>
  readonly waiting: Set<Task>
}

/** @param most of all top-level tasks of the module; supervised ones are meant to run always and do not count. */
export function createPlaces(most: number | undefined): Places {
  const module = most === undefined ? undefined : createLimit(most, 'its module')
  const byDefinition = new Map<AnyTaskDefinition, Limit>()
  const taken = new Map<Task, readonly Limit[]>()

  function limitsOf(task: Task): readonly Limit[] {
    const limits: Limit[] = []
    if (module !== undefined && task.origin.restart === undefined && !isInside(task, module)) limits.push(module)
    const { concurrency } = task.definition
    if (concurrency !== undefined) {
      const known = byDefinition.get(task.definition) ?? createLimit(concurrency, task.definition.name)
      byDefinition.set(task.definition, known)
      if (!isInside(task, known)) limits.push(known)
    }
    return limits
  }

  return {
    enter(task) {
      if (module === undefined && task.definition.concurrency === undefined) return true
      if (taken.has(task)) return true
      const limits = limitsOf(task)
      for (const limit of limits) limit.waiting.delete(task)
      const full = limits.find((limit) => limit.inside.size >= limit.most)
      if (full !== undefined) {
        full.waiting.add(task)
        tellWait(task, full)
        return false
      }
      for (const limit of limits) limit.inside.add(task)
      if (limits.length > 0) taken.set(task, limits)
      return true
    },
    leave(task) {
      const limits = taken.get(task)
      if (limits === undefined) return
      taken.delete(task)
      for (const limit of limits) {
        limit.inside.delete(task)
        wake(limit)
      }
    },
  }
}

function createLimit(most: number, name: string): Limit {
  return { most, name, inside: new Set(), waiting: new Set() }
}

function isInside(task: Task, limit: Limit): boolean {
  for (let above = task.parent; above !== undefined; above = above.parent) if (limit.inside.has(above)) return true
  return false
}

/** Queues the one that has waited longest and still wants to start. */
function wake(limit: Limit): void {
  for (const task of limit.waiting) {
    limit.waiting.delete(task)
    if (task.state !== 'pending') continue
    task.runner.starts.add(task)
    return
  }
}

function tellWait(task: Task, limit: Limit): void {
  const detail = `${limit.most} of ${limit.name} may run at once`
  task.runner.emit({ kind: 'task.changed', id: task.id, why: { text: 'waits for its turn', detail } })
}
