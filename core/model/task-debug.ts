/**
 * What can be asked of a living task and hung on it, after OTP's `sys` module (https://www.erlang.org/doc/man/sys).
 * Plain data; the runner that owns the task carries it out.
 */
import type { BreakOn } from './breakpoint.ts'
import type { TaskEvent } from './event.ts'
import type { NodeId } from './identity.ts'
import type { LifecycleState } from './lifecycle.ts'
import type { Isolation } from './node.ts'
import type { StatePredicate } from './state-predicate.ts'

/** A debug function as data. Functions are only ever taken from the task's own module, by the name of the export. */
export type DebugHook = { readonly id: string } & (
  | { readonly kind: 'breakpoint'; readonly on: BreakOn }
  /** Looked at with every checkpoint; `otherwise` says what a broken one does. A finding by default. */
  | { readonly kind: 'assertion'; readonly holds: StatePredicate; readonly otherwise?: 'finding' | 'suspend' | 'fail' }
  /** Makes a checkpoint throw `message`, so often (1 by default). `at` may end in `*`. */
  | { readonly kind: 'fault'; readonly message: string; readonly at?: string; readonly times?: number }
  /** Called as `(event, state)` with every event of the task; returning `'done'` removes it. */
  | { readonly kind: 'function'; readonly export: string }
)

/** What is hung on a task now. */
export interface DebugSettings {
  readonly trace: boolean
  /** Events that the log keeps; 0 when there is none. */
  readonly logSize: number
  readonly file?: string
  readonly hooks: readonly { readonly id: string; readonly text: string }[]
}

/** The log of a task: its newest events, and how many older ones were let go. */
export interface TaskLog {
  readonly size: number
  readonly events: readonly TaskEvent[]
  readonly dropped: number
}

/** A log never keeps more. */
export const mostLogged = 1000

export interface TaskStatistics {
  /** Milliseconds since the Unix epoch; absent before the start. */
  readonly startedAt?: number
  readonly now: number
  readonly runningMs: number
  /** Checkpoints that its code came to. */
  readonly checkpoints: number
  /** Times that it said how far it is. */
  readonly updates: number
  /** Times that it was really held. */
  readonly holds: number
  /** Times that its code waited inside the runner: asleep, asking, held. */
  readonly waits: number
}

export interface TaskStatus {
  readonly state: LifecycleState
  readonly task: string
  readonly attempt: number
  readonly isolation: Isolation
  readonly parent?: NodeId
  /** Living children. */
  readonly children: number
  /** Where its code waits inside the runner. */
  readonly standsAt?: string
  /** Who holds it. */
  readonly holds: readonly string[]
  readonly questions: number
  readonly draining: boolean
  readonly debug: DebugSettings
}
