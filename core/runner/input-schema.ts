/**
 * Schemas of inputs and questions: JSON Schema itself, or a library's schema that follows the Standard Schema
 * interfaces (https://standardschema.dev), as zod ≥ 4.2 does. Total: a schema that misbehaves counts as none.
 */

type Json = Readonly<Record<string, unknown>>

interface StandardResult {
  readonly value?: unknown
  readonly issues?: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] | undefined
}

/** The part of Standard Schema and Standard JSON Schema that is used here. */
export interface StandardInputSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate?: (value: unknown) => StandardResult | Promise<StandardResult>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
    readonly jsonSchema?: { readonly input: (options: { readonly target: string }) => Json }
  }
}

export type InputSchema = Json | StandardInputSchema

export type Validated =
  | { readonly valid: true; readonly value: unknown }
  /** One sentence per issue, joined. */
  | { readonly valid: false; readonly reason: string }

function isStandard(schema: InputSchema): schema is StandardInputSchema {
  return typeof (schema as StandardInputSchema)['~standard'] === 'object'
}

/** The JSON Schema of an input as plain data; `undefined` means free JSON. */
export function jsonSchemaOf(schema: InputSchema | undefined): Json | undefined {
  if (schema === undefined) return undefined
  if (!isStandard(schema)) return schema
  try {
    return schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' })
  } catch {
    // A library says so when a schema has no JSON equal (a transform, a date): then the form is free JSON.
    return undefined
  }
}

/** Checks a value; a schema that cannot check accepts it as it is. Only some libraries answer with a promise. */
export function validateInput(schema: InputSchema | undefined, value: unknown): Validated | Promise<Validated> {
  if (schema === undefined || !isStandard(schema)) return { valid: true, value }
  const validate = schema['~standard'].validate
  if (validate === undefined) return { valid: true, value }
  const result = validate(value)
  return result instanceof Promise ? result.then(toValidated) : toValidated(result)
}

function toValidated(result: StandardResult): Validated {
  if (result.issues === undefined) return { valid: true, value: result.value }
  const sentences = result.issues.map((issue) => {
    const path = (issue.path ?? []).map(segmentText).join('.')
    return path === '' ? issue.message : `${path}: ${issue.message}`
  })
  return { valid: false, reason: sentences.join('; ') }
}

function segmentText(segment: unknown): string {
  if (typeof segment === 'object' && segment !== null && 'key' in segment) return String(segment.key)
  return String(segment)
}
