/** What a supervisor is to those who own one: its options, what it can be asked, and what it reports. */
import type { Clock } from '../model/clock.ts'
import type { ChildEnd, ChildSpec } from './child-spec.ts'
import type { RestartBudget } from './restart-budget.ts'

/**
 * Which children are started again when one has ended and is to be: `one_for_one` that one; `one_for_all` all;
 * `rest_for_one` that one and those that were started after it; `simple_one_for_one` that one, of children that are
 * only added while it runs.
 */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one' | 'simple_one_for_one'

export const strategies: readonly Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one', 'simple_one_for_one']

/** What a supervisor has done, for those who show it. */
export type SupervisorReport =
  | { readonly kind: 'started'; readonly child: string; readonly attempt: number }
  | { readonly kind: 'startFailed'; readonly child: string; readonly reason: string }
  | { readonly kind: 'ended'; readonly child: string; readonly end: ChildEnd }
  /**
   * `restarts` counts this child's; `left` those that all children may still have within the period; `restarted` are
   * all that are started again, in order of their start.
   */
  | {
      readonly kind: 'restarting'
      readonly child: string
      readonly restarts: number
      readonly left: number
      readonly restarted: readonly string[]
    }
  /** A child that was stopped ended for another reason. */
  | { readonly kind: 'stopFailed'; readonly child: string; readonly reason: string }
  | { readonly kind: 'gaveUp'; readonly child: string; readonly reason: string }

/** How a supervisor came to its end. To its own supervisor both count as `shutdown`, as in OTP. */
export interface SupervisorEnd {
  readonly kind: 'stopped' | 'gaveUp'
  readonly reason: string
}

export interface ChildStatus {
  readonly id: string
  readonly status: 'starting' | 'running' | 'stopped'
  readonly attempt: number
  readonly restarts: number
}

/** `undefined` when it was done, else why not. */
export type Refusal = string | undefined

export interface Supervisor {
  /** Starts the children in order. Rejects when one cannot start; those before it have been stopped again. */
  start(): Promise<void>
  /** Resolves once it has stopped or given up, after its last child ended. Never rejects. */
  readonly ended: Promise<SupervisorEnd>
  /** Adds a child and starts it. */
  startChild(spec: ChildSpec): Promise<Refusal>
  /** Stops a child for good: no restart type brings it back, only `restartChild`. */
  terminateChild(id: string, reason?: string): Promise<Refusal>
  /** Starts a child that has ended. Costs no restart of the budget. */
  restartChild(id: string): Promise<Refusal>
  /** Forgets a child that has ended. */
  deleteChild(id: string): Refusal
  children(): readonly ChildStatus[]
  readonly budget: RestartBudget
  /** Whether children may still be started: it neither stops nor has stopped. */
  accepts(): boolean
  /** Stops the children in reverse order. Resolves when all have ended. */
  stop(reason: string): Promise<void>
}

export interface SupervisorSettings {
  readonly children: readonly ChildSpec[]
  /** Restarts allowed within `periodMs`; one more and the supervisor gives up. 1 by default. */
  readonly intensity?: number
  /** Milliseconds. 5000 by default. */
  readonly periodMs?: number
  readonly clock: Clock
  readonly report?: (report: SupervisorReport) => void
}
