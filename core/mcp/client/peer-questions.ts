/** What a client of ours can be asked, and the answer of a person as the wire wants it. Pure. */
import type { InputAnswer } from '../../model/input-question.ts'
import type { ClientAbilities } from '../../model/server-target.ts'
import { isRecord, type JsonRecord, stringAt } from '../wire/json-record.ts'

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

function rootUri(line: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(line)) return line
  const path = line.replaceAll('\\', '/')
  return new URL(
    `file://${path.startsWith('/') ? '' : '/'}${path.split('/').map(encodeURIComponent).join('/').replace('%3A', ':')}`,
  ).href
}
