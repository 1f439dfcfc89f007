/** Sums over everything that the registry has seen and holds. */
import type { LifecycleState } from '../model/lifecycle.ts'

export interface RegistryCounters {
  /** Events applied so far, the registry's own findings included. */
  readonly applied: number
  /** Events that sources numbered and that never arrived. */
  readonly lost: number
  /** Samples that were folded into newer ones before they arrived. */
  readonly folded: number
  /** Ended tasks that were let go to keep memory bounded. */
  readonly forgotten: number
  /** Events of a kind that this version does not know. */
  readonly unknown: number
  /** Events about tasks that are not held any more. */
  readonly unattached: number
  /** Transitions that the lifecycle table forbids. */
  readonly illegal: number
  /** Tasks and calls that are held now, by state. */
  readonly states: Readonly<Record<LifecycleState, number>>
}

export interface MutableCounters extends RegistryCounters {
  applied: number
  lost: number
  folded: number
  forgotten: number
  unknown: number
  unattached: number
  illegal: number
  readonly states: Record<LifecycleState, number>
}

export function createCounters(): MutableCounters {
  return {
    applied: 0,
    lost: 0,
    folded: 0,
    forgotten: 0,
    unknown: 0,
    unattached: 0,
    illegal: 0,
    states: {
      pending: 0,
      running: 0,
      suspended: 0,
      input_required: 0,
      cancelling: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
    },
  }
}
