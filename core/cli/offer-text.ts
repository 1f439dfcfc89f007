/** What a task takes, as lines for people. Pure. */

import type { Offer } from '../model/node.ts'
import { visibleText } from '../model/visible-text.ts'

/** A task with its description and, indented, one line per field of its input. */
export function offerLines(offer: Offer): readonly string[] {
  const head = offer.description === undefined ? offer.name : `${offer.name}  ${offer.description}`
  const gone = offer.unavailable === undefined ? [] : [`    cannot be run from here: ${offer.unavailable}`]
  return [head, ...gone, ...inputLines(offer.inputSchema)].map(visibleText)
}

function inputLines(schema: Offer['inputSchema']): readonly string[] {
  if (schema === undefined) return ['    input: any JSON']
  const fields = record(schema.properties)
  if (fields === undefined) return [`    input: ${typeText(schema)}`]
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  return Object.entries(fields).map(([name, field]) => {
    const facts = record(field)
    const kind = facts === undefined ? 'any' : typeText(facts)
    const about = typeof facts?.description === 'string' ? `  ${facts.description}` : ''
    const fallback = facts?.default === undefined ? '' : ` = ${JSON.stringify(facts.default)}`
    return `    ${name}${required.has(name) ? '' : '?'}: ${kind}${fallback}${about}`
  })
}

function typeText(schema: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const items = record(schema.items)
  if (schema.type === 'array' && items !== undefined) return `${typeText(items)}[]`
  if (Array.isArray(schema.type)) return schema.type.join(' | ')
  return typeof schema.type === 'string' ? schema.type : 'any'
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}
