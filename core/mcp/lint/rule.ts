/** What a rule is, and how what it finds is gathered. */
import type { WireObserver } from '../analyze/analyzer.ts'
import type { TaskLedger } from './task-ledger.ts'

export type Severity = 'error' | 'warning' | 'info'

export interface Rule {
  readonly severity: Severity
  /** The sentence of the specification, or of what was observed where no specification speaks. */
  readonly says: string
  readonly address: string
}

/** One thing that was found. `seq` names the frames that show it. */
export interface LintFinding {
  readonly rule: string
  readonly severity: Severity
  readonly taskId?: string
  readonly seq: readonly number[]
  /** One sentence. */
  readonly text: string
}

/** What a rule says when it has found something. */
export interface Discovery {
  readonly taskId?: string
  readonly seq: readonly number[]
  readonly text: string
  /** Findings of one rule and task with the same key are one: later ones only add their frames. */
  readonly key?: string
}

export type Report<Id extends string = string> = (rule: Id, discovery: Discovery) => void

/** Rules that look at the same thing and share what they remember of it. */
export interface RuleFamily<Id extends string = string> {
  readonly rules: Readonly<Record<Id, Rule>>
  watch(report: Report<Id>, ledger: TaskLedger): WireObserver
}

/** Lets the compiler check that a family only reports rules that it declares. */
export function defineFamily<Id extends string>(family: RuleFamily<Id>): RuleFamily {
  return family as unknown as RuleFamily
}

export const legacyTasks = 'https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks'
export const legacyLifecycle = 'https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle'
export const cancellation = 'https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation'
export const progress = 'https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress'
export const modernTasks = 'https://modelcontextprotocol.io/extensions/tasks/2026-07-28'
export const modernBase = 'https://modelcontextprotocol.io/specification/2026-07-28/basic'
export const modernHttp = 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports'
