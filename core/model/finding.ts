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
  /** The frames that show it, by their numbers in the conversation. */
  readonly frames?: readonly number[]
  /** What can be done about it, with the control `fix`. */
  readonly fix?: {
    /** On the button: "Send tasks/result". */
    readonly title: string
    /** What it does to the conversation, in a sentence. */
    readonly note: string
  }
}
