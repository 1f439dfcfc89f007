/**
 * Fields that a tool needs and its caller left out. They can be asked for before any work begins: on the modern wire
 * as a result `input_required`, on the legacy one by an elicitation while the call is open. Pure.
 */
import type { Offer } from '../../model/node.ts'
import { isRecord, type JsonRecord, listAt, recordAt, stringAt } from '../wire/json-record.ts'
import { elicitationOf, isPrimitive } from './question-form.ts'

/** The key under which missing fields are asked for. */
export const missingInputKey = 'missing-input'

export interface MissingInput {
  readonly names: readonly string[]
  /** The params of an `elicitation/create` for them; absent when a form cannot ask for one of them. */
  readonly elicitation?: JsonRecord
}

export function missingInput(tool: Offer, input: JsonRecord): MissingInput | undefined {
  const properties = recordAt(tool.inputSchema, 'properties') ?? {}
  const names = listAt(tool.inputSchema, 'required').filter(
    (name): name is string => typeof name === 'string' && input[name] === undefined,
  )
  if (names.length === 0) return undefined
  if (!names.every((name) => isPrimitive(properties[name]))) return { names }
  const schema = { type: 'object', properties: pick(properties, names), required: names }
  const message = `${tool.title ?? tool.name} needs ${names.map((name) => wordsOf(name, properties[name])).join(', ')}`
  return { names, elicitation: elicitationOf({ message, schema }) }
}

function pick(record: JsonRecord, names: readonly string[]): JsonRecord {
  return Object.fromEntries(names.map((name) => [name, record[name]]))
}

function wordsOf(name: string, field: unknown): string {
  const about = isRecord(field) ? (stringAt(field, 'title') ?? stringAt(field, 'description')) : undefined
  return about === undefined ? name : `${name} (${about})`
}
