/** The handle of a child that its parent may await: for the value, or to have the failure thrown. */
import { isHeld } from './holding.ts'
import type { InlineExecutor } from './inline-executor.ts'
import { RunnerHandle } from './runner-handle.ts'
import type { Task } from './task.ts'
import { ChildCancelled, ChildFailed } from './task-errors.ts'
import type { ChildHandle, TaskOutcome } from './task-handle.ts'

export class InlineChildHandle<Result> extends RunnerHandle<Result> implements ChildHandle<Result> {
  readonly #executor: InlineExecutor

  constructor(task: Task, executor: InlineExecutor) {
    super(task)
    this.#executor = executor
  }

  /** The value is that of its last attempt. Awaiting a child that has not been started, because its parent is wanted still, is where the parent stands. */
  // biome-ignore lint/suspicious/noThenProperty: a child's handle is awaitable by design
  then<Value = Result, Failure = never>(
    onValue?: ((value: Result) => Value | PromiseLike<Value>) | null,
    onFailure?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    const { parent } = this.task
    if (parent !== undefined && isHeld(parent) && parent.holding?.heldStarts.includes(this.task)) {
      void this.#executor.arrive(parent, `spawn ${this.task.name}`)
    }
    return this.final.then((outcome) => unwrap(this.task, outcome)).then(onValue, onFailure)
  }
}

function unwrap<Result>(task: Task, outcome: TaskOutcome<Result>): Result {
  switch (outcome.status) {
    case 'completed':
      return outcome.value
    case 'cancelled':
      throw new ChildCancelled(task.id, outcome.reason)
    case 'failed':
      if ('thrown' in outcome && outcome.kind !== 'exit') throw outcome.thrown
      // A child abandoned in a cancel counts as that cancel for the parent that awaited it.
      throw new ChildFailed(
        task.id,
        `${task.name} failed: ${outcome.error.message}`,
        outcome.kind === 'abandoned' ? task.cancellation?.error : undefined,
      )
  }
}
