/** What a rule is, and how what it finds is gathered. */
import type { WireObserver } from '../analyze/analyzer.ts'
import type { EraName } from '../eras/era.ts'
import type { TaskLedger } from './task-ledger.ts'

export type Severity = 'error' | 'warning' | 'info'

/** What a rule rests on. */
export interface Sentence {
  /** The sentence of the specification, word for word; where it has none, that, and what the rule rests on instead. */
  readonly says: string
  readonly address: string
}

export interface Rule extends Sentence {
  readonly severity: Severity
  /** What the modern wire says of the matter, where the rule holds on both and each has its own words. */
  readonly modern?: Sentence
}

/** One thing that was found. `seq` names the frames that show it. */
export interface LintFinding {
  readonly rule: string
  readonly severity: Severity
  readonly taskId?: string
  readonly seq: readonly number[]
  /** One sentence. */
  readonly text: string
  /** The wire on which it was found, when that is not the legacy one: it decides which specification is quoted. */
  readonly era?: 'modern'
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

const legacy = 'https://modelcontextprotocol.io/specification/2025-11-25/basic'
const modern = 'https://modelcontextprotocol.io/specification/2026-07-28/basic'

export const legacyBase = legacy
export const legacyTransports = `${legacy}/transports`
export const legacyTasks = `${legacy}/utilities/tasks`
export const cancellation = `${legacy}/utilities/cancellation`
export const progress = `${legacy}/utilities/progress`
export const modernBase = modern
export const modernHttp = `${modern}/transports/streamable-http`
export const modernStdio = `${modern}/transports/stdio`
export const modernTasks =
  'https://github.com/modelcontextprotocol/ext-tasks/blob/main/specification/2026-07-28/tasks.md'

/** How a rule that no specification has states it. */
const own = 'No sentence of the specification; '

/** What a rule rests on, as a person reads it: the specification's sentence in quotes, our own judgement without. */
export function citationOf(rule: Rule, era?: EraName): string {
  const { says, address } = (era === 'modern' ? rule.modern : undefined) ?? rule
  return says.startsWith(own) ? `${says} ${address}` : `“${says}” ${address}`
}
