/** What is told when a promise was rejected and nobody handled it: under the task whose code made it. */
import type { TaskEventBody } from '../model/event.ts'
import type { NodeId } from '../model/identity.ts'
import type { ErrorInfo } from '../model/payload.ts'
import { currentTask } from './current-task.ts'
import { errorInfo } from './error-info.ts'

/** @param elsewhere the node to tell it under when no task's code is running. */
export function rejectionFinding(reason: unknown, elsewhere: NodeId): TaskEventBody {
  const error = errorInfo(reason)
  return {
    kind: 'finding',
    finding: {
      rule: 'unhandled-rejection',
      severity: 'error',
      node: currentTask()?.id ?? elsewhere,
      text: `a promise was rejected and nobody handled it: ${errorLine(error)}`,
      evidence: error.stack ?? errorLine(error),
    },
  }
}

function errorLine(error: ErrorInfo): string {
  return error.message === '' ? error.name : `${error.name}: ${error.message}`
}
