/**
 * What a person has typed so far, as typed, and what it means. A draft is never lost by a mistake in it:
 * reading it gives either a value that keeps to the fields, or a sentence beside each field that does not.
 */
import { assertNever } from '../../core/model/assert.ts'
import type { Choice, ChoicesField, FormField, NumberField, TextField } from './flat-schema.ts'

/** Text for text, numbers and one choice (the index of the choice), `boolean`, or the indexes of many choices. */
export type DraftValue = string | boolean | readonly string[] | undefined

export type Draft = Readonly<Record<string, DraftValue>>

export type DraftReading =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problems: Readonly<Record<string, string>> }

/** A draft of the defaults, over it what is known from an earlier value. */
export function draftOf(fields: readonly FormField[], known?: unknown): Draft {
  const earlier = typeof known === 'object' && known !== null ? (known as Record<string, unknown>) : undefined
  const draft: Record<string, DraftValue> = {}
  for (const field of fields) {
    const value =
      earlier === undefined ? field.preset : Object.hasOwn(earlier, field.key) ? earlier[field.key] : undefined
    const typed = asTyped(field, value)
    if (typed !== undefined) draft[field.key] = typed
  }
  return draft
}

/** Reads a whole draft. Keys that are left empty and not required are left out. */
export function readDraft(fields: readonly FormField[], draft: Draft): DraftReading {
  const value: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const reading = readField(field, Object.hasOwn(draft, field.key) ? draft[field.key] : undefined)
    if ('problem' in reading) problems[field.key] = reading.problem
    else if (reading.value !== undefined) define(value, field.key, reading.value)
  }
  return Object.keys(problems).length === 0 ? { ok: true, value } : { ok: false, problems }
}

type FieldReading = { readonly value: unknown } | { readonly problem: string }

function readField(field: FormField, typed: DraftValue): FieldReading {
  switch (field.kind) {
    case 'text':
      return readText(field, typed)
    case 'number':
      return readNumber(field, typed)
    case 'boolean':
      if (typeof typed === 'boolean') return { value: typed }
      return field.required ? { value: false } : { value: undefined }
    case 'choice': {
      const choice = typeof typed === 'string' ? choiceAt(field.choices, typed) : undefined
      if (choice !== undefined) return { value: choice.value }
      return field.required ? { problem: 'choose one' } : { value: undefined }
    }
    case 'choices':
      return readChoices(field, typed)
    default:
      return assertNever(field)
  }
}

function readText(field: TextField, typed: DraftValue): FieldReading {
  if (typeof typed !== 'string' || typed === '') {
    if (!field.required) return { value: undefined }
    if (typed === '' && (field.minLength ?? 0) === 0 && checkFormat(field.format, '') === undefined)
      return { value: '' }
    return { problem: 'is needed' }
  }
  // JSON Schema counts characters, not UTF-16 units.
  const length = [...typed].length
  if (field.minLength !== undefined && length < field.minLength)
    return { problem: `has ${length} of at least ${field.minLength} characters` }
  if (field.maxLength !== undefined && length > field.maxLength)
    return { problem: `has ${length} of at most ${field.maxLength} characters` }
  const wrong = checkFormat(field.format, typed)
  return wrong === undefined ? { value: typed } : { problem: wrong }
}

function readNumber(field: NumberField, typed: DraftValue): FieldReading {
  const text = typeof typed === 'string' ? typed.trim() : ''
  if (text === '') return field.required ? { problem: 'is needed' } : { value: undefined }
  const number = Number(text)
  if (!Number.isFinite(number)) return { problem: 'is not a number' }
  if (field.integer && !Number.isInteger(number)) return { problem: 'is not a whole number' }
  if (field.minimum !== undefined && number < field.minimum) return { problem: `must be at least ${field.minimum}` }
  if (field.maximum !== undefined && number > field.maximum) return { problem: `must be at most ${field.maximum}` }
  if (field.above !== undefined && number <= field.above) return { problem: `must be more than ${field.above}` }
  if (field.below !== undefined && number >= field.below) return { problem: `must be less than ${field.below}` }
  if (field.multipleOf !== undefined && !isMultiple(number, field.multipleOf)) {
    return { problem: `must be a multiple of ${field.multipleOf}` }
  }
  return { value: number }
}

function readChoices(field: ChoicesField, typed: DraftValue): FieldReading {
  const chosen = Array.isArray(typed) ? (typed as readonly string[]) : []
  if (chosen.length === 0 && !field.required && typed === undefined) return { value: undefined }
  const wanted = new Set(chosen)
  const values = field.choices.filter((_choice, index) => wanted.has(String(index))).map((choice) => choice.value)
  if (values.length === 0 && !field.required && (field.minItems ?? 0) > 0) return { value: undefined }
  if (field.minItems !== undefined && values.length < field.minItems)
    return { problem: `choose at least ${field.minItems}` }
  if (field.maxItems !== undefined && values.length > field.maxItems)
    return { problem: `choose at most ${field.maxItems}` }
  return { value: field.unique ? [...new Set(values)] : values }
}

function asTyped(field: FormField, value: unknown): DraftValue {
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'number':
      return typeof value === 'number' ? String(value) : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'choice': {
      const index = field.choices.findIndex((choice) => choice.value === value)
      return index < 0 ? undefined : String(index)
    }
    case 'choices':
      if (!Array.isArray(value)) return undefined
      return field.choices.flatMap((choice, index) => (value.includes(choice.value) ? [String(index)] : []))
    default:
      return assertNever(field)
  }
}

function choiceAt(choices: readonly Choice[], typed: string): Choice | undefined {
  return /^\d+$/.test(typed) ? choices[Number(typed)] : undefined
}

function isMultiple(number: number, step: number): boolean {
  if (step <= 0) return true
  const ratio = number / step
  return Math.abs(ratio - Math.round(ratio)) < 1e-9 * Math.max(1, Math.abs(ratio))
}

/** `__proto__` is a key like any other. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

/** The four formats of MCP's elicitation; others are annotations that the asker judges. */
function checkFormat(format: string | undefined, text: string): string | undefined {
  switch (format) {
    case 'email':
      return /^[A-Za-z0-9_'+-]+(\.[A-Za-z0-9_'+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/.test(
        text,
      )
        ? undefined
        : 'is not an e-mail address'
    case 'uri':
      return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && URL.canParse(text)
        ? undefined
        : 'is not a full address like https://example.com'
    case 'date':
      return isDate(text) ? undefined : 'is not a date like 2026-11-24'
    case 'date-time':
      return isDateTime(text) ? undefined : 'is not a time like 2026-11-24T09:30:00Z'
    default:
      return undefined
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function isDateTime(text: string): boolean {
  const parts = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(
    text,
  )
  return parts?.[1] !== undefined && isDate(parts[1])
}
