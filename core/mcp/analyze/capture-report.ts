/** The report of a capture, as `taskscope analyze --json` prints it; its shape is a contract. */
import type { LintFinding } from '../lint/rule.ts'
import type { TaskHost } from './wire-fact.ts'

export interface TaskReport {
  /** The tool, or the method of a task that the client hosts; `null` when the creation was never seen. */
  readonly tool: string | null
  /** Who runs it. */
  readonly host: TaskHost
  /** `tasks/get` that were answered with a result. */
  readonly gets: number
  readonly statusNotifications: number
  /** `tasks/cancel` that were answered with a result. */
  readonly cancelRequests: number
  /** `tasks/update` that were answered with a result. */
  readonly updates: number
  /** `tasks/result` that were answered at all. */
  readonly resultCalls: number
  /** Distinct consecutive statuses in order of appearance. */
  readonly statuses: readonly string[]
  /** `elicitation/create` requests that say they belong to it. */
  readonly elicitations: number
}

export interface CaptureReport {
  /** `rpc` lines per direction that was seen; those of HTTP exchanges without a body too. */
  readonly frames: Readonly<Record<string, number>>
  /** JSON-RPC error answers of both directions by code, those that a resumed stream sent again too. */
  readonly errorCodes: Readonly<Record<string, number>>
  /** `tasks/list` that were answered with a result. */
  readonly tasksListPages: number
  readonly tasks: Readonly<Record<string, TaskReport>>
  readonly findings: readonly Omit<LintFinding, 'era'>[]
}
