/**
 * Reads the JSON Schemas that a plain form can show: one object of strings, numbers, booleans and choices, as MCP's
 * elicitation allows (https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation) and as most task
 * inputs are. Anything richer is not guessed at: the JSON editor takes it.
 */

export interface Choice {
  readonly value: string | number | boolean
  readonly title: string
}

interface FieldBase {
  readonly key: string
  readonly title: string
  readonly description?: string
  readonly required: boolean
}

export interface TextField extends FieldBase {
  readonly kind: 'text'
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  /** Shown, not run: an expression from a stranger can take for ever. Whoever asked judges it. */
  readonly pattern?: string
  readonly preset?: string
}

export interface NumberField extends FieldBase {
  readonly kind: 'number'
  readonly integer: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly above?: number
  readonly below?: number
  readonly multipleOf?: number
  readonly preset?: number
}

export interface BooleanField extends FieldBase {
  readonly kind: 'boolean'
  readonly preset?: boolean
}

export interface ChoiceField extends FieldBase {
  readonly kind: 'choice'
  readonly choices: readonly Choice[]
  readonly preset?: Choice['value']
}

export interface ChoicesField extends FieldBase {
  readonly kind: 'choices'
  readonly choices: readonly Choice[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly unique: boolean
  readonly preset?: readonly Choice['value'][]
}

export type FormField = TextField | NumberField | BooleanField | ChoiceField | ChoicesField

type Schema = Readonly<Record<string, unknown>>

/** The fields of a schema in their own order; `undefined` when a plain form cannot show it. No fields: no input. */
export function flatFields(schema: unknown): readonly FormField[] | undefined {
  if (!isObject(schema) || !only(schema, objectKeywords)) return undefined
  if (schema.type !== 'object') return undefined
  const properties = schema.properties ?? {}
  if (!isObject(properties)) return undefined
  const required = schema.required ?? []
  if (!Array.isArray(required)) return undefined
  const extra = schema.additionalProperties
  const entries = Object.entries(properties)
  // Free keys only: a form without fields could never send one.
  if (entries.length === 0 && extra !== undefined && extra !== false) return undefined
  if (required.some((key) => typeof key !== 'string' || !Object.hasOwn(properties, key))) return undefined
  const fields: FormField[] = []
  for (const [key, property] of entries) {
    const field = readField(key, property, required.includes(key))
    if (field === undefined) return undefined
    fields.push(field)
  }
  return fields
}

const annotations = ['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$comment']
const objectKeywords = new Set([
  ...annotations,
  '$schema',
  '$id',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
])
const textKeywords = new Set([...annotations, 'type', 'format', 'minLength', 'maxLength', 'pattern'])
const numberKeywords = new Set([
  ...annotations,
  'type',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
])
const choiceKeywords = new Set([...annotations, 'type', 'enum', 'enumNames', 'oneOf', 'anyOf', 'const'])
const choicesKeywords = new Set([...annotations, 'type', 'items', 'minItems', 'maxItems', 'uniqueItems'])

function readField(key: string, schema: unknown, required: boolean): FormField | undefined {
  if (!isObject(schema)) return undefined
  const base: FieldBase = {
    key,
    title: typeof schema.title === 'string' && schema.title !== '' ? schema.title : key,
    ...(typeof schema.description === 'string' ? { description: schema.description } : {}),
    required,
  }
  const choices = readChoices(schema)
  if (choices !== undefined) {
    if (!only(schema, choiceKeywords)) return undefined
    const preset = choices.find((choice) => choice.value === schema.default)?.value
    return { ...base, kind: 'choice', choices, ...defined({ preset }) }
  }
  switch (schema.type) {
    case 'string':
      return only(schema, textKeywords) ? textField(base, schema) : undefined
    case 'number':
    case 'integer':
      return only(schema, numberKeywords) ? numberField(base, schema) : undefined
    case 'boolean':
      return only(schema, choiceKeywords)
        ? { ...base, kind: 'boolean', ...(typeof schema.default === 'boolean' ? { preset: schema.default } : {}) }
        : undefined
    case 'array':
      return only(schema, choicesKeywords) ? choicesField(base, schema) : undefined
    default:
      return undefined
  }
}

function textField(base: FieldBase, schema: Schema): TextField {
  return {
    ...base,
    kind: 'text',
    ...defined({
      format: textOf(schema.format),
      minLength: numberOf(schema.minLength),
      maxLength: numberOf(schema.maxLength),
      pattern: textOf(schema.pattern),
      preset: textOf(schema.default),
    }),
  }
}

function numberField(base: FieldBase, schema: Schema): NumberField {
  return {
    ...base,
    kind: 'number',
    integer: schema.type === 'integer',
    ...defined({
      minimum: numberOf(schema.minimum),
      maximum: numberOf(schema.maximum),
      above: numberOf(schema.exclusiveMinimum),
      below: numberOf(schema.exclusiveMaximum),
      multipleOf: numberOf(schema.multipleOf),
      preset: numberOf(schema.default),
    }),
  }
}

function choicesField(base: FieldBase, schema: Schema): ChoicesField | undefined {
  const choices = isObject(schema.items) ? readChoices(schema.items) : undefined
  if (choices === undefined) return undefined
  const values = choices.map((choice) => choice.value)
  const preset = Array.isArray(schema.default) ? values.filter((value) => listed(schema.default, value)) : undefined
  return {
    ...base,
    kind: 'choices',
    choices,
    unique: schema.uniqueItems === true,
    ...defined({ preset, minItems: numberOf(schema.minItems), maxItems: numberOf(schema.maxItems) }),
  }
}

/** `enum` (with MCP's older `enumNames`), `oneOf` or `anyOf` of titled constants, or one `const`. */
function readChoices(schema: Schema): readonly Choice[] | undefined {
  if (Array.isArray(schema.enum)) {
    const names = Array.isArray(schema.enumNames) ? schema.enumNames : []
    return allChoices(schema.enum, (_value, index) => names[index])
  }
  if (Object.hasOwn(schema, 'const')) return allChoices([schema.const], () => undefined)
  const titled = schema.oneOf ?? schema.anyOf
  if (!Array.isArray(titled) || titled.length === 0) return undefined
  if (!titled.every((item) => isObject(item) && Object.hasOwn(item, 'const') && only(item, titledKeywords))) {
    return undefined
  }
  return allChoices(
    titled.map((item) => item.const),
    (_value, index) => titled[index].title,
  )
}

const titledKeywords = new Set(['const', 'title', 'description', 'type'])

function allChoices(
  values: readonly unknown[],
  nameOf: (value: unknown, index: number) => unknown,
): readonly Choice[] | undefined {
  const choices: Choice[] = []
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
    const name = nameOf(value, index)
    choices.push({ value, title: typeof name === 'string' && name !== '' ? name : String(value) })
  }
  return choices.length === 0 ? undefined : choices
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An unknown keyword may constrain the value, so a form that ignored it could send what is not allowed. */
function only(schema: Schema, keywords: ReadonlySet<string>): boolean {
  return Object.keys(schema).every((keyword) => keywords.has(keyword) || keyword.startsWith('x-'))
}

function listed(list: unknown, value: unknown): boolean {
  return Array.isArray(list) && list.includes(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
