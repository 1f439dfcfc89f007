/** Where an operation says what became of it: events of a control, a promise of a handle, or nobody. */
import type { ControlId } from '../model/identity.ts'
import type { Emit } from '../model/stamp.ts'
import type { ControlResult } from './task-handle.ts'

export interface ControlReply {
  /** The control that asked, for the transitions that it causes. */
  readonly control?: ControlId
  effective(effect?: string): void
  refused(reason: string): void
}

/** Answers a control request with events. */
export function eventReply(emit: Emit, control: ControlId): ControlReply {
  return {
    control,
    effective: (effect) => emit({ kind: 'control.effective', control, ...(effect !== undefined && { effect }) }),
    refused: (reason) => emit({ kind: 'control.refused', control, reason }),
  }
}

/** Answers the caller of a handle's method. */
export function promiseReply(resolve: (result: ControlResult) => void): ControlReply {
  return {
    effective: (effect) => resolve({ effective: true, ...(effect !== undefined && { effect }) }),
    refused: (reason) => resolve({ effective: false, reason }),
  }
}
