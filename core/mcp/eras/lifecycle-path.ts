/**
 * From a wire status to the lifecycle of the model. A poll sees a task now and then, so a status may follow another that
 * the lifecycle only reaches through a state in between; that state was not seen, and its transition says so.
 */
import { type LifecycleState, whyForbidden } from '../../model/lifecycle.ts'
import { isWireStatus, type WireStatus } from './task-snapshot.ts'

const states: Readonly<Record<WireStatus, LifecycleState>> = {
  working: 'running',
  input_required: 'input_required',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** The state that a status stands for; a word that no specification knows stands for none. */
export function stateOfStatus(status: string): LifecycleState | undefined {
  return isWireStatus(status) ? states[status] : undefined
}

/**
 * The states to go through from one state to another, the last one included. Empty when there is nothing to do: it is
 * there already, or a task that is being cancelled is still said to work. One forbidden step when no way leads there,
 * so that whoever applies it reports it.
 */
export function lifecyclePath(from: LifecycleState, to: LifecycleState): readonly LifecycleState[] {
  if (from === to) return []
  if (from === 'cancelling' && (to === 'running' || to === 'input_required')) return []
  if (whyForbidden(from, to) === undefined) return [to]
  for (const between of ['running', 'cancelling'] as const) {
    if (whyForbidden(from, between) === undefined && whyForbidden(between, to) === undefined) return [between, to]
  }
  return [to]
}
