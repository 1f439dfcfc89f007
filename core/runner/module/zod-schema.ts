/**
 * JSON Schema of a zod 4 schema that cannot say it by itself (before 4.2): asked of the module's own copy of zod,
 * because that copy made the schema.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type AnyTaskDefinition, defineTask } from '../define-task.ts'
import { jsonSchemaOf, type StandardInputSchema } from '../input-schema.ts'

type Json = Readonly<Record<string, unknown>>

/** The definition itself when its input needs no help, or cannot be helped. */
export async function withJsonSchema(definition: AnyTaskDefinition, modulePath: string): Promise<AnyTaskDefinition> {
  const { input } = definition
  if (!isZod4(input) || jsonSchemaOf(input) !== undefined) return definition
  const json = await askZod(input, modulePath)
  if (json === undefined) return definition
  const standard = { ...input['~standard'], jsonSchema: { input: () => json } }
  return defineTask({ ...definition, input: { '~standard': standard } })
}

function isZod4(schema: unknown): schema is StandardInputSchema {
  return typeof schema === 'object' && schema !== null && '_zod' in schema && '~standard' in schema
}

async function askZod(schema: object, modulePath: string): Promise<Json | undefined> {
  try {
    const url = pathToFileURL(createRequire(modulePath).resolve('zod')).href
    const zod = (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>>
    const { toJSONSchema } = zod
    return typeof toJSONSchema === 'function' ? (toJSONSchema(schema, { io: 'input' }) as Json) : undefined
  } catch {
    // No zod to be found from here, or a schema such as a transform: then the form is free JSON.
    return undefined
  }
}
