/**
 * Modern calls that were answered with questions and have to be made again with the answers
 * (https://modelcontextprotocol.io/seps/2322-mrtr), and which later request is such a second call. The wire has no id
 * for that: the client sends the same call, with the state that the server gave it.
 */
import { BoundedMap } from '../wire/bounded.ts'
import type { AnswerSighting, RequestSighting } from '../wire/conversation.ts'
import { type JsonRecord, jsonText } from '../wire/json-record.ts'
import type { RpcAnswer } from '../wire/rpc-message.ts'
import type { TaskEntry } from './task-entry.ts'

/** Calls that are waited for at a time. */
const maxWaiting = 1000

/** The result by which a server asks before it begins; `undefined` for every other answer. */
export function questionsFirst(message: RpcAnswer): JsonRecord | undefined {
  return message.kind === 'result' && message.result.resultType === 'input_required' ? message.result : undefined
}

export class SentBackCalls {
  /** What the second call will look like, by its call; the oldest first. */
  readonly #waiting = new BoundedMap<TaskEntry, string>(maxWaiting)

  /** The call was answered with questions. */
  sentBack(entry: TaskEntry, request: RequestSighting, answer: AnswerSighting): void {
    this.#waiting.delete(entry)
    this.#waiting.set(entry, shapeOf(request, questionsFirst(answer.message)?.requestState))
  }

  /** The call that this request goes on with, once. */
  continued(request: RequestSighting): TaskEntry | undefined {
    const { params } = request.message
    if (params.inputResponses === undefined && params.requestState === undefined) return undefined
    const shape = shapeOf(request, params.requestState)
    for (const [entry, wanted] of this.#waiting) {
      if (wanted !== shape) continue
      this.#waiting.delete(entry)
      return entry
    }
    return undefined
  }

  /** Nobody waits for this call any more. */
  drop(entry: TaskEntry): void {
    this.#waiting.delete(entry)
  }
}

/** Of two calls that look alike in all of this, it makes no difference which one goes on. */
function shapeOf({ frame, message }: RequestSighting, requestState: unknown): string {
  const { name, arguments: input } = message.params
  return jsonText([frame.dir, message.method, name, input, requestState])
}
