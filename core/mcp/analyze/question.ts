/**
 * What a peer may ask of a person, as a form. Elicitation has a form of its own; for sampling the person writes what a
 * model would; for roots they list folders. Pure.
 */
import type { InputQuestion } from '../../model/input-question.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord, type JsonRecord, listAt, recordAt, stringAt } from '../wire/json-record.ts'

/** Names a peer's question for as long as it is open; `0` and `"0"` are different ids on the wire. */
export function questionId(request: RequestSighting): string {
  return JSON.stringify(request.message.id)
}

/** A request of a peer as the window asks it. */
export function questionOf(request: RequestSighting): InputQuestion {
  const { method, params } = request.message
  return { requestId: questionId(request), ...formOf(method, params), askedAt: request.frame.at }
}

export function formOf(method: string, params: JsonRecord): Pick<InputQuestion, 'message' | 'schema'> {
  switch (method) {
    case 'sampling/createMessage':
      return {
        message: `The server asks a model:\n${promptOf(params)}`,
        schema: oneText('text', 'Answer as the model'),
      }
    case 'roots/list':
      return {
        message: 'The server asks which folders it may work in.',
        schema: oneText('roots', 'Folders, as file:// addresses or absolute paths, with commas between'),
      }
    default: {
      const schema = recordAt(params, 'requestedSchema')
      const message = stringAt(params, 'message') ?? 'The server asks for input.'
      return { message, ...(schema === undefined ? {} : { schema }) }
    }
  }
}

function oneText(name: string, title: string): JsonRecord {
  return { type: 'object', properties: { [name]: { type: 'string', title } }, required: [name] }
}

function promptOf(params: JsonRecord): string {
  const system = stringAt(params, 'systemPrompt')
  const messages = listAt(params, 'messages').flatMap((message) => (isRecord(message) ? [spoken(message)] : []))
  return [...(system === undefined ? [] : [`system: ${system}`]), ...messages].join('\n')
}

function spoken(message: JsonRecord): string {
  const parts = Array.isArray(message.content) ? listAt(message, 'content') : [message.content]
  const texts = parts.map((part) => (isRecord(part) ? (stringAt(part, 'text') ?? `(${String(part.type)})`) : ''))
  return `${stringAt(message, 'role') ?? 'someone'}: ${texts.join(' ')}`
}
