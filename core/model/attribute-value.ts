import type { AttributeValue } from './span.ts'

interface Primitives {
  string: string
  number: number
  boolean: boolean
}

/** Whether this can be said in our attribute values: a text, a number, a truth, or a list of only one of these. */
export function isAttributeValue(value: unknown): value is AttributeValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true
  return isUniform(value, 'string') || isUniform(value, 'number') || isUniform(value, 'boolean')
}

function isUniform<Type extends keyof Primitives>(value: unknown, type: Type): value is Primitives[Type][] {
  return Array.isArray(value) && value.every((item) => typeof item === type)
}
