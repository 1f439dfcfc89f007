import { type JsonRecord, recordAt } from '../wire/json-record.ts'

const maxLabel = 60

/** The first short text among a tool's arguments tells its calls apart: a topic, a file, a URL. */
export function labelOf(params: JsonRecord | undefined): string | undefined {
  const texts = Object.values(recordAt(params, 'arguments') ?? {}).filter((value) => typeof value === 'string')
  return texts.find((text) => text !== '' && text.length <= maxLabel && !text.includes('\n'))
}

/** What a person calls the input: a tool's arguments, or all parameters of another request but the bookkeeping. */
export function inputOf(params: JsonRecord): unknown {
  if (Object.hasOwn(params, 'arguments')) return params.arguments
  const { _meta, task, name, ...rest } = params
  return rest
}
