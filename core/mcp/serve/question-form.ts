/**
 * Questions as MCP's elicitation asks them: a message and a flat form
 * (https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation). What a flat form cannot say becomes
 * one text field, whose content is read as JSON where it is JSON. Pure.
 */
import type { InputAnswer, InputQuestion } from '../../model/input-question.ts'
import { isRecord, type JsonRecord, listAt, recordAt, stringAt } from '../wire/json-record.ts'

const primitives = new Set(['string', 'number', 'integer', 'boolean'])
const freeField = 'answer'

/** The params of `elicitation/create`. */
export function elicitationOf(question: Pick<InputQuestion, 'message' | 'schema'>): JsonRecord {
  const form = flatForm(question.schema)
  const requestedSchema = form ?? {
    type: 'object',
    properties: { [freeField]: { type: 'string', title: 'Answer', description: 'Text, or JSON' } },
    required: [freeField],
  }
  return { mode: 'form', message: question.message, requestedSchema }
}

/** The answer that an elicitation's result gives; what is no answer counts as a dismissal. */
export function elicitedAnswer(result: unknown, question: Pick<InputQuestion, 'schema'>): InputAnswer {
  if (!isRecord(result)) return { action: 'cancel' }
  const action = stringAt(result, 'action')
  if (action === 'decline') return { action }
  if (action !== 'accept') return { action: 'cancel' }
  const content = recordAt(result, 'content') ?? {}
  return { action, content: flatForm(question.schema) === undefined ? readFree(content[freeField]) : content }
}

function flatForm(schema: JsonRecord | undefined): JsonRecord | undefined {
  const properties = recordAt(schema, 'properties')
  if (schema === undefined || schema.type !== 'object' || properties === undefined) return undefined
  if (!Object.values(properties).every(isPrimitive)) return undefined
  const required = listAt(schema, 'required')
  return { type: 'object', properties, ...(required.length > 0 && { required }) }
}

/** Whether a field is one that an elicitation form may have. */
export function isPrimitive(field: unknown): boolean {
  return isRecord(field) && typeof field.type === 'string' && primitives.has(field.type)
}

function readFree(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    // A person typed plain words.
    return value
  }
}
