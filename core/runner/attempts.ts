/** Further attempts: every retry is a new task, linked to the old one, which stays as it ended. */
import type { Actor } from '../model/actor.ts'
import { actorText } from '../model/actor.ts'
import type { Why } from '../model/event.ts'
import type { ControlId, NodeId, TaskId } from '../model/identity.ts'
import type { RunnerCore } from './runner-core.ts'
import { createTask } from './spawning.ts'
import type { Task, TaskOrigin } from './task.ts'

export interface RetryWish {
  readonly by: Actor
  readonly why?: Why
  readonly control?: ControlId
  /** It waits so long before it is queued, milliseconds. */
  readonly startInMs?: number
}

/** Runs an ended task again with the same input. The new attempt is queued for its start. */
export function retry(runner: RunnerCore, id: TaskId, ended: TaskOrigin, wish: RetryWish): Task {
  const { chain, trace } = ended
  const attempt = nextAttempt(runner, ended)
  const parent = ended.parent !== undefined && takesChildren(ended.parent, wish) ? ended.parent : undefined
  const parentNode: NodeId | undefined = ended.parentNode
  const task = createTask(runner, {
    definition: ended.definition,
    input: ended.input,
    parent,
    options: {
      ...ended.options,
      id: `${chain}#${attempt}`,
      name: ended.name,
      ...(parentNode !== undefined && { parent: parentNode }),
      ...(ended.timeoutMs !== undefined && { timeoutMs: ended.timeoutMs }),
      why: wish.why ?? { text: `run again by ${actorText(wish.by)}` },
    },
    again: { attempt, chain, retryOf: id, trace: { ...trace, spanId: runner.ids.spanId() } },
  })
  if (wish.startInMs === undefined) runner.starts.add(task)
  else startLater(task, wish.startInMs)
  return task
}

/** While it is held the wait goes on; it then starts when it is released. */
function startLater(task: Task, waitMs: number): void {
  task.backoff = task.runner.timers.after(waitMs, () => {
    task.backoff = undefined
    if (task.state === 'pending') task.runner.starts.add(task)
  })
}

/** The next attempt of a chain whose id nobody has taken by hand. */
function nextAttempt(runner: RunnerCore, ended: TaskOrigin): number {
  for (;;) {
    const attempt = runner.history.nextAttempt(ended.chain, ended.attempt)
    const id = `${ended.chain}#${attempt}` as TaskId
    if (!runner.live.has(id) && runner.history.get(id) === undefined) return attempt
  }
}

/** A parent whose function has ended still waits for a child that tries again by itself. */
function takesChildren(parent: Task, { startInMs }: RetryWish): boolean {
  if (parent.ended || parent.cancellation !== undefined) return false
  return parent.settlement === undefined || startInMs !== undefined
}
