import type { InputQuestion } from '../../model/input-question.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { recordAt, stringAt } from '../wire/json-record.ts'

/** Names a peer's question for as long as it is open; `0` and `"0"` are different ids on the wire. */
export function questionId(request: RequestSighting): string {
  return JSON.stringify(request.message.id)
}

/** An `elicitation/create` request as the window asks it. */
export function questionOf(request: RequestSighting): InputQuestion {
  const { params } = request.message
  const schema = recordAt(params, 'requestedSchema')
  return {
    requestId: questionId(request),
    message: stringAt(params, 'message') ?? 'The server asks for input.',
    ...(schema === undefined ? {} : { schema }),
    askedAt: request.frame.at,
  }
}
