/**
 * What a server may ask of a person through a client, as a form, and the form's answer as the wire wants it. Elicitation
 * has a form of its own; for sampling the person writes what a model would; for roots they list folders. Pure.
 */
import type { InputAnswer, InputQuestion } from '../../model/input-question.ts'
import type { ClientAbilities } from '../../model/server-target.ts'
import { isRecord, type JsonRecord, listAt, recordAt, stringAt } from '../wire/json-record.ts'

const questions = new Set(['elicitation/create', 'sampling/createMessage', 'roots/list'])

/** Whether a request of this method is a question to a person. */
export function isQuestion(method: string): boolean {
  return questions.has(method)
}

/** Whether a question of this method can be answered here. */
export function canAnswer(method: string, { sampling = false, roots = false }: ClientAbilities): boolean {
  if (method === 'sampling/createMessage') return sampling
  return method === 'elicitation/create' || (method === 'roots/list' && roots)
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

/** The result that the server gets; `undefined` when the answer is a refusal that its method has no result for. */
export function responseOf(method: string, answer: InputAnswer): JsonRecord | undefined {
  if (method === 'elicitation/create') {
    return answer.action === 'accept' ? { action: 'accept', content: answer.content } : { action: answer.action }
  }
  if (answer.action !== 'accept') return method === 'roots/list' ? { roots: [] } : undefined
  const content = isRecord(answer.content) ? answer.content : {}
  if (method === 'roots/list') {
    const lines = (stringAt(content, 'roots') ?? '').split(/[\n,]/).map((line) => line.trim())
    return { roots: lines.filter((line) => line !== '').map((line) => ({ uri: rootUri(line) })) }
  }
  const text = stringAt(content, 'text') ?? ''
  return { role: 'assistant', content: { type: 'text', text }, model: 'a person', stopReason: 'endTurn' }
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

function rootUri(line: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(line)) return line
  const path = line.replaceAll('\\', '/')
  return new URL(
    `file://${path.startsWith('/') ? '' : '/'}${path.split('/').map(encodeURIComponent).join('/').replace('%3A', ':')}`,
  ).href
}
