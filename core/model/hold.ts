import type { Actor } from './actor.ts'

/**
 * One owner's wish that a task stands still, and whether it does. `checkpoint`, `debugger`, `signal` and `process`
 * hold the task's own code; `frames` holds only its messages, so the task's state is left alone.
 */
export interface Hold {
  readonly id: string
  readonly owner: Actor
  readonly how: 'checkpoint' | 'debugger' | 'signal' | 'frames' | 'process'
  /** Milliseconds since the Unix epoch. */
  readonly requestedAt: number
  /** Set once the source says that the task really stands still. */
  readonly effectiveAt?: number
  /** Where it stands: a checkpoint label or a source position. */
  readonly at?: string
}
