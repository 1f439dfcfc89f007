import type { NodeId } from './identity.ts'

/** What the linter, the doctor or the registry says about a task, with its evidence. */
export interface Finding {
  /** Kebab-case rule id, e.g. `illegal-transition`. */
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'info'
  /** The node it is about, in the source of the event that carries it. */
  readonly node?: NodeId
  /** One sentence. */
  readonly text: string
  /** Stack, payload or frame as text, bounded. */
  readonly evidence?: string
}
