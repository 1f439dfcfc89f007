/**
 * The lifecycle of a task: eight states, one table, one function that answers it. Sources ask it before
 * they emit; the registry asks it before it applies. Nobody else decides what may follow what.
 */

export const lifecycleStates = [
  'pending',
  'running',
  'suspended',
  'input_required',
  'cancelling',
  'completed',
  'failed',
  'cancelled',
] as const

export type LifecycleState = (typeof lifecycleStates)[number]

/** A state that nothing may follow. */
export type TerminalState = 'completed' | 'failed' | 'cancelled'

/**
 * How a task failed: `error` (an Error was thrown), `throw` (another value was), `exit` (`ctx.exit`, or its thread
 * or process ended), `timeout` (-32009), `killed`, `abandoned` (past its grace, its function may still run),
 * `orphaned` (its parent's process is gone), `lost` (its source is gone and could not confirm).
 */
export const failureKinds = ['error', 'throw', 'exit', 'timeout', 'killed', 'abandoned', 'orphaned', 'lost'] as const

export type FailureKind = (typeof failureKinds)[number]

/** Why a task is being cancelled. For `timeout` and `supervisor` the outcome is fixed already. */
export type CancelCause = 'cancel' | 'timeout' | 'parent' | 'supervisor'

/** What the table needs to know beside the two states. */
export interface TransitionFacts {
  /** With `to: 'failed'`: how it failed. */
  readonly failure?: FailureKind
  /** With `from: 'suspended'`: the state that was suspended. */
  readonly heldFrom?: LifecycleState
}

const successors: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  pending: ['running', 'suspended', 'cancelled', 'failed'],
  running: ['suspended', 'input_required', 'cancelling', 'completed', 'failed'],
  input_required: ['running', 'suspended', 'cancelling', 'failed'],
  suspended: ['pending', 'running', 'input_required', 'cancelling', 'failed'],
  cancelling: ['cancelled', 'completed', 'failed'],
  completed: [],
  failed: [],
  cancelled: [],
}

const noFacts: TransitionFacts = {}

/** A task that never ran fails because it could not start (`error`, `exit`), or for a cause from outside. */
const failuresBeforeStart: readonly FailureKind[] = ['error', 'exit', 'timeout', 'orphaned', 'lost']
/** A held function can neither throw nor run out of its running time. */
const failuresWhileHeld: readonly FailureKind[] = ['exit', 'killed', 'orphaned', 'lost']

/**
 * Says whether a task may go from one state to another.
 * @returns `undefined` when it may, else one sentence why not.
 */
export function whyForbidden(
  from: LifecycleState,
  to: LifecycleState,
  facts: TransitionFacts = noFacts,
): string | undefined {
  if (!successors[from].includes(to)) {
    return isTerminal(from) ? `${from} is final, ${to} cannot follow it` : `${to} cannot follow ${from}`
  }
  if (from === 'suspended' && !isTerminal(to) && to !== 'cancelling' && facts.heldFrom !== undefined) {
    if (to !== facts.heldFrom) return `a task suspended while ${facts.heldFrom} resumes to ${facts.heldFrom}, not ${to}`
  }
  if (to === 'failed' && facts.failure !== undefined) {
    if (from === 'pending' && !failuresBeforeStart.includes(facts.failure)) {
      return `a task that never ran cannot fail as ${facts.failure}`
    }
    if (from === 'suspended' && !failuresWhileHeld.includes(facts.failure)) {
      return `a held task cannot fail as ${facts.failure}`
    }
  }
  return undefined
}

export function isTerminal(state: LifecycleState): state is TerminalState {
  return successors[state].length === 0
}
