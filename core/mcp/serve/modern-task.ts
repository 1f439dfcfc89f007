/**
 * A served task in the shapes of the extension `io.modelcontextprotocol/tasks`
 * (https://github.com/modelcontextprotocol/ext-tasks/blob/main/specification/2026-07-28/tasks.md). Pure.
 */
import type { InputQuestion } from '../../model/input-question.ts'
import type { WireStatus } from '../eras/task-snapshot.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { CallAnswer } from './call-answer.ts'
import { elicitationOf } from './question-form.ts'
import type { ServedTask } from './served-task.ts'

/** `Task`: what the answer to `tools/call` says of a task. */
export function modernTask(task: ServedTask): JsonRecord {
  return {
    taskId: task.id,
    status: statusOf(task),
    ...(task.message !== undefined && { statusMessage: task.message }),
    createdAt: new Date(task.createdAt).toISOString(),
    lastUpdatedAt: new Date(task.lastUpdatedAt).toISOString(),
    ttlMs: task.ttlMs,
    pollIntervalMs: task.pollIntervalMs,
  }
}

/** `DetailedTask`: with what it asks, its result or its error. */
export function detailedTask(task: ServedTask): JsonRecord {
  const { answer, questions } = task
  return {
    ...modernTask(task),
    ...(questions.size > 0 && { inputRequests: inputRequests(questions) }),
    ...(answer?.kind === 'result' && { result: completeResult(answer) }),
    ...(answer?.kind === 'error' && { error: answer.error }),
  }
}

export function completeResult(answer: Extract<CallAnswer, { kind: 'result' }>): JsonRecord {
  return { resultType: 'complete', ...answer.result }
}

export function inputRequests(questions: ReadonlyMap<string, InputQuestion>): JsonRecord {
  return Object.fromEntries([...questions].map(([key, question]) => [key, elicitRequest(elicitationOf(question))]))
}

export function elicitRequest(params: JsonRecord): JsonRecord {
  return { method: 'elicitation/create', params }
}

function statusOf(task: ServedTask): WireStatus {
  switch (task.answer?.kind) {
    case undefined:
      return task.questions.size > 0 ? 'input_required' : 'working'
    case 'result':
      return 'completed'
    case 'error':
      return 'failed'
    case 'cancelled':
      return 'cancelled'
  }
}
