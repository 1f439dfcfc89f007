/**
 * The ten faces of a task: its lifecycle state, with killed and lost (kinds of failed) drawn apart.
 * Row, detail, facet, status bar and timeline all ask here, so that they cannot disagree.
 */
import type { FailureKind, LifecycleState } from '../../core/model/lifecycle.ts'
import type { NodeStatus } from '../../core/model/node.ts'

/** In the order in which the State facet lists them. */
export const stateFaces = [
  'running',
  'suspended',
  'input_required',
  'cancelling',
  'pending',
  'completed',
  'failed',
  'killed',
  'cancelled',
  'lost',
] as const

export type StateFace = (typeof stateFaces)[number]

export function faceOf(state: LifecycleState, failure?: FailureKind): StateFace {
  if (state === 'failed' && (failure === 'killed' || failure === 'lost')) return failure
  return state
}

/** How a host, supervisor or connection looks among tasks. */
export function faceOfStatus(status: NodeStatus): StateFace {
  switch (status) {
    case 'opening':
      return 'pending'
    case 'open':
      return 'running'
    case 'frozen':
      return 'suspended'
    case 'closing':
      return 'cancelling'
    case 'closed':
      return 'completed'
    case 'failed':
      return 'failed'
    case 'lost':
      return 'lost'
  }
}

/** The word on screen. */
export function faceWord(face: StateFace): string {
  return face === 'input_required' ? 'input required' : face
}

/** The word on screen for a node's status. */
export function statusWord(status: NodeStatus): string {
  return status === 'open' ? 'running' : status
}

/** Ended without trouble: nothing to look after. */
export function isQuiet(face: StateFace): boolean {
  return face === 'completed' || face === 'cancelled'
}

/** The colour of its glyph and word, as a token. */
export function faceColor(face: StateFace): string {
  return `var(--state-${face.replace('_', '-')})`
}

/** The colour of its bar, as a token. */
export function faceBar(face: StateFace): string {
  return `var(--bar-${face.replace('_', '-')})`
}
