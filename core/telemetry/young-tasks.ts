/**
 * Tasks that were heard of less than about a second ago, in order. Most tasks end before they leave this list, so
 * adding and removing must cost next to nothing: a linked list through the tasks themselves, and one timer for all.
 */
import type { Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'
import type { OpenTask } from './open-task.ts'

const tickMs = 250
/** A task has been open for at least four whole ticks, so for a second, when it is this many ticks old. */
const ticksOfYouth = 5

export interface YoungTasks {
  add(task: OpenTask): void
  /** The task has ended, or was let go. Does nothing for one that has left the list. */
  remove(task: OpenTask): void
  close(): void
}

/** Calls `stillOpen` once for each task that is neither removed nor closed 1 to 1.25 s after it was added. */
export function createYoungTasks(timers: Timers | undefined, stillOpen: (task: OpenTask) => void): YoungTasks {
  if (timers === undefined) return { add: ignore, remove: ignore, close: ignore }
  const clock = timers
  let oldest: OpenTask | undefined
  let youngest: OpenTask | undefined
  let tick = 0
  let stop: Dispose | undefined

  function onTick(): void {
    stop = undefined
    tick += 1
    while (oldest !== undefined && tick - oldest.tick >= ticksOfYouth) {
      const task = oldest
      remove(task)
      stillOpen(task)
    }
    if (oldest !== undefined) stop = clock.after(tickMs, onTick)
  }

  function add(task: OpenTask): void {
    task.tick = tick
    task.older = youngest
    if (youngest === undefined) oldest = task
    else youngest.younger = task
    youngest = task
    stop ??= clock.after(tickMs, onTick)
  }

  function remove(task: OpenTask): void {
    const { older, younger } = task
    if (older === undefined && oldest !== task) return
    if (older === undefined) oldest = younger
    else older.younger = younger
    if (younger === undefined) youngest = older
    else younger.older = older
    task.older = undefined
    task.younger = undefined
  }

  function close(): void {
    stop?.()
    stop = undefined
    while (oldest !== undefined) remove(oldest)
  }

  return { add, remove, close }
}

function ignore(): void {
  // Without timers nothing is young.
}
