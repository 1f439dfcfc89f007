import type { Outcome } from '../model/outcome.ts'

/** Exit codes of the headless verbs, as shells and their tools use them. */
export const exitCodes = {
  completed: 0,
  failed: 1,
  /** The module could not be opened or the task not started. */
  notStarted: 2,
  /** The command line was not understood (`EX_USAGE` of BSD's sysexits). */
  usage: 64,
  /** As `timeout(1)` ends. */
  timeout: 124,
  /** As a shell counts a program that SIGINT has ended. */
  cancelled: 130,
} as const

export function exitCodeOf(outcome: Outcome): number {
  switch (outcome.status) {
    case 'completed':
      return outcome.toolError === true ? exitCodes.failed : exitCodes.completed
    case 'failed':
      return outcome.kind === 'timeout' ? exitCodes.timeout : exitCodes.failed
    case 'cancelled':
      return exitCodes.cancelled
  }
}
