/**
 * JSON Schema of a zod 4 schema that cannot say it by itself (before 4.2): asked of the module's own copy of zod,
 * because that copy made the schema.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

type Json = Readonly<Record<string, unknown>>

/** `undefined` when it is no such schema, or has no equal in JSON Schema. */
export async function zodJsonSchema(schema: unknown, modulePath: string): Promise<Json | undefined> {
  if (typeof schema !== 'object' || schema === null || !('_zod' in schema)) return undefined
  try {
    const zod: unknown = await import(pathToFileURL(createRequire(modulePath).resolve('zod')).href)
    if (typeof zod !== 'object' || zod === null || !('toJSONSchema' in zod)) return undefined
    const { toJSONSchema } = zod
    if (typeof toJSONSchema !== 'function') return undefined
    return toJSONSchema(schema, { io: 'input' }) as Json
  } catch {
    // No zod to be found from here, or a schema such as a transform: then the form is free JSON.
    return undefined
  }
}
