/** What a server serves: tools that run as work of the task runner, whoever owns the runner. */
import type { Dispose } from '../../model/dispose.ts'
import type { Progress } from '../../model/event.ts'
import type { InputAnswer, InputQuestion } from '../../model/input-question.ts'
import type { LifecycleState } from '../../model/lifecycle.ts'
import type { Offer } from '../../model/node.ts'
import type { Outcome } from '../../model/outcome.ts'

/** A question of a work. An answer that it refuses brings the same question back in another round. */
export interface WorkQuestion extends InputQuestion {
  /** From 1. */
  readonly round: number
}

/** One run of a tool. It is there before anything has run. */
export interface ToolWork {
  readonly tool: string
  readonly state: LifecycleState
  /** What it asks and nobody has answered, oldest first. */
  readonly questions: readonly WorkQuestion[]
  /** What it says of itself, for a person who waits. */
  readonly message: string | undefined
  readonly progress: Progress | undefined
  /** Set with a terminal state, never changed. */
  readonly outcome: Outcome | undefined
  /** Told of every change, after it. */
  onChange(listener: () => void): Dispose
  answer(requestId: string, answer: InputAnswer): void
  /** Asks it to end; it may take its time. */
  cancel(reason: string): void
  /** Holds its code at its next checkpoint, lets it go to the one after, or releases it. No wire knows of this. */
  hold(verb: HoldVerb): void
}

export type HoldVerb = 'suspend' | 'step' | 'resume'

export interface StartOptions {
  /** W3C trace context of the caller. */
  readonly traceparent?: string
}

export interface Toolbox {
  /** The tools as they are now; a module that is loaded anew may have others. */
  tools(): readonly Offer[]
  start(tool: string, input: unknown, options?: StartOptions): ToolWork
}
