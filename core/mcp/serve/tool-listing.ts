/** Offers of a source as MCP tools, and MCP arguments as the input of an offer. Pure. */
import type { Offer } from '../../model/node.ts'
import type { JsonRecord } from '../wire/json-record.ts'

/** MCP only knows objects as arguments: an input of another shape travels in this field. */
const wholeInput = 'input'

export function toolOf(offer: Offer): JsonRecord {
  const { name, title, description } = offer
  return {
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    inputSchema: argumentsSchema(offer),
  }
}

/** The offer as its arguments see it, so that what is missing can be told by the schema that clients see. */
export function argumentsOffer(offer: Offer): Offer {
  return { ...offer, inputSchema: argumentsSchema(offer) }
}

/** What the tool itself gets of the arguments of a call. */
export function inputOf(offer: Offer, given: JsonRecord): unknown {
  return isWrapped(offer) ? given[wholeInput] : given
}

function argumentsSchema(offer: Offer): JsonRecord {
  const { inputSchema } = offer
  if (inputSchema === undefined) return { type: 'object' }
  if (!isWrapped(offer)) return inputSchema
  return { type: 'object', properties: { [wholeInput]: inputSchema }, required: [wholeInput] }
}

function isWrapped({ inputSchema }: Offer): boolean {
  return inputSchema !== undefined && inputSchema.type !== 'object'
}
