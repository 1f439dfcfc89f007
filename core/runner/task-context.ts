/**
 * What a task function sees of the world that runs it. Everything here is owned by the runner; a context that is
 * used after its task has ended does nothing but leave a sign of life.
 */
import type { Span } from '@opentelemetry/api'
import type { TaskId } from '../model/identity.ts'
import type { InputAnswer } from '../model/input-question.ts'
import type { Runnable, SpawnOptions } from './define-task.ts'
import type { InputSchema } from './input-schema.ts'
import type { ChildHandle } from './task-handle.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** How far a task is. `current` never goes back and never passes `total`. */
export interface ProgressUpdate {
  readonly current: number
  readonly total?: number
  readonly message?: string
}

/** What a task asks of a person. */
export interface InputRequest {
  readonly message: string
  /** The form: JSON Schema, or a schema that can say itself as JSON Schema (zod ≥ 4). None means free JSON. */
  readonly schema?: InputSchema
  /** How long to wait for the answer, milliseconds. Without it the question waits as long as its task lives. */
  readonly timeoutMs?: number
}

export interface TaskContext<Input = unknown, State = Record<string, unknown>> {
  readonly id: TaskId
  readonly input: Input
  /** Aborts when the task is cancelled; its reason is a `TaskCancelled`. Made when first asked for. */
  readonly signal: AbortSignal
  /** The task's own live state, shown on request. Change it in place. */
  readonly state: State
  /** The task's span, to hand to code that wants a parent. Its lifecycle is recorded by the runner, not through it. */
  readonly span: Span
  /** Says how far the task is. Not a checkpoint. Many in 16 ms are folded into the newest. */
  progress(update: ProgressUpdate): void
  /**
   * A place where the task may be held, stepped and broken on.
   * Resolves at once while nobody holds the task; rejects with the signal's reason once it is being cancelled.
   */
  checkpoint(label?: string): Promise<void>
  /** A checkpoint that takes `ms` milliseconds. A hold does not stop its clock. */
  sleep(ms: number): Promise<void>
  /**
   * Starts a child task in the same trace; it is cancelled with its parent. Await the handle for its value, or read
   * `outcome` for how it ended. Throws the signal's reason once this task is being cancelled.
   */
  spawn<ChildInput, Result>(
    task: Runnable<ChildInput, Result>,
    input?: ChildInput,
    options?: SpawnOptions,
  ): ChildHandle<Result>
  /** Asks a person; a checkpoint. Rejects with `InputTimedOut` after `timeoutMs`. */
  requestInput(request: InputRequest): Promise<InputAnswer>
  /** Writes one line under this task. Values that are no text are formatted. */
  log(text: unknown, level?: LogLevel): void
  /** Ends the task as `failed(exit)`, by throwing. */
  exit(reason?: unknown): never
}
