/** What the one who started a task holds of it. */
import type { Actor } from '../model/actor.ts'
import type { TaskId } from '../model/identity.ts'
import type { InputAnswer } from '../model/input-question.ts'
import type { FailureKind, LifecycleState } from '../model/lifecycle.ts'
import type { ErrorInfo } from '../model/payload.ts'
import type { TraceIds } from '../model/span.ts'
import type { TaskDebugger } from './sys/task-debugger.ts'

/** How a task ended, with the live values. A failed task is data: nothing here ever rejects. */
export type TaskOutcome<Result = unknown> =
  | {
      readonly status: 'completed'
      readonly value: Result
      /** The value was returned although cancel had been asked for. */
      readonly afterCancelRequest?: boolean
    }
  | {
      readonly status: 'failed'
      readonly kind: FailureKind
      readonly error: ErrorInfo
      /** What was thrown, as it was; absent when nothing was. */
      readonly thrown?: unknown
      /** The clean-up failed, not the work itself. */
      readonly duringCancel?: boolean
    }
  | { readonly status: 'cancelled'; readonly by: Actor; readonly reason: string }

/** What became of a wish to suspend, resume or step. */
export type ControlResult =
  | { readonly effective: true; readonly effect?: string }
  | { readonly effective: false; readonly reason: string }

export interface TaskHandle<Result = unknown> {
  readonly id: TaskId
  readonly name: string
  readonly state: LifecycleState
  readonly trace: TraceIds
  /** Resolves once the function runs; rejects with `TaskNotStarted` when it ends before. */
  readonly started: Promise<void>
  /** How this attempt ended. Never rejects. */
  readonly outcome: Promise<TaskOutcome<Result>>
  /** How the chain of attempts ended: this one's outcome unless something tries again by itself. Never rejects. */
  readonly final: Promise<TaskOutcome<Result>>
  /** Asks the task to end; it unwinds for at most the runner's grace. A second cancel joins the first. */
  cancel(reason?: string, by?: Actor): void
  /** Holds the task at its next checkpoint. Resolves once it stands there, or with why it never will. */
  suspend(by?: Actor): Promise<ControlResult>
  /** Releases `by`'s hold. */
  resume(by?: Actor): Promise<ControlResult>
  /** Releases every hold. */
  resumeAll(by?: Actor): Promise<ControlResult>
  /** Runs a held task to its next checkpoint and holds it there again. */
  step(by?: Actor): Promise<ControlResult>
  /** Looks into the task, changes its state, and hangs debug functions on it. */
  readonly sys: TaskDebugger
  /** Answers a question that the task asked with `requestInput`. */
  answer(requestId: string, answer: InputAnswer, by?: Actor): Promise<ControlResult>
}

/**
 * A child's handle can be awaited: for its value, or to have its failure thrown. A failure that nobody awaits
 * becomes a finding when the parent's function ends, never an unhandled rejection.
 */
export interface ChildHandle<Result = unknown> extends TaskHandle<Result>, PromiseLike<Result> {}
