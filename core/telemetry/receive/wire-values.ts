/**
 * Reads values of OTLP messages. Both encodings name their fields alike; where they differ (ids, 64-bit numbers, bytes)
 * the value itself tells which it is. Whatever is not as it should be reads as absent, and never throws.
 */
import { isAttributeValue } from '../../model/attribute-value.ts'
import type { Attributes, AttributeValue } from '../../model/span.ts'
import { itemLimits } from './limits.ts'

/** A message with its fields by their JSON names. */
export type WireMessage = Readonly<Record<string, unknown>>

/** Counts what had to be left out of spans and logs that are kept. */
export interface Cuts {
  count: number
}

export function messageAt(message: WireMessage | undefined, field: string): WireMessage | undefined {
  return asMessage(message?.[field])
}

/** The messages of a repeated field. */
export function messagesAt(message: WireMessage | undefined, field: string): readonly WireMessage[] {
  const list = message?.[field]
  if (!Array.isArray(list)) return []
  return list.map(asMessage).filter((item) => item !== undefined)
}

export function textAt(message: WireMessage | undefined, field: string): string | undefined {
  const value = message?.[field]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function numberAt(message: WireMessage | undefined, field: string): number | undefined {
  return asNumber(message?.[field])
}

/** A trace or span id of so many bytes in lower-case hexadecimal; `undefined` for one of zeros, which is invalid. */
export function idAt(message: WireMessage, field: string, bytes: 8 | 16): string | undefined {
  const value = message[field]
  const hex = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  if (typeof hex !== 'string' || hex.length !== bytes * 2 || !/^[0-9a-f]+$/i.test(hex)) return undefined
  return /^0+$/.test(hex) ? undefined : hex.toLowerCase()
}

/** Nanoseconds since the epoch as milliseconds with a fraction; `undefined` for 0, which is the wire's "not known". */
export function timeAt(message: WireMessage, field: string): number | undefined {
  const given = message[field]
  const value = isLong(given) ? given.toString() : given
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) {
    // A double cannot hold nanoseconds, so the text is cut where milliseconds end.
    const padded = value.padStart(7, '0')
    const ms = Number(padded.slice(0, -6)) + Number(padded.slice(-6)) / 1e6
    return ms > 0 ? ms : undefined
  }
  const nanos = asNumber(value)
  return nanos !== undefined && nanos > 0 ? nanos / 1e6 : undefined
}

/** Attributes as we keep them: so many, each of bounded length; what has no equal here is said as text. */
export function attributesAt(message: WireMessage | undefined, field: string, cuts: Cuts): Attributes {
  const attributes: Record<string, AttributeValue> = {}
  let count = 0
  for (const pair of messagesAt(message, field)) {
    const key = textAt(pair, 'key')
    if (key === undefined) continue
    if (count === itemLimits.attributes) {
      cuts.count += 1
      continue
    }
    const value = anyValueOf(messageAt(pair, 'value'), cuts)
    if (value === undefined) continue
    count += 1
    Object.defineProperty(attributes, cutText(key, itemLimits.nameLength, cuts), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return attributes
}

/** An `AnyValue`; `undefined` when it is empty. */
export function anyValueOf(any: WireMessage | undefined, cuts: Cuts): AttributeValue | undefined {
  const plain = plainOf(any, 0, cuts)
  if (plain === undefined) return undefined
  if (isAttributeValue(plain)) return plain
  return cutText(JSON.stringify(plain), itemLimits.textLength, cuts)
}

export function cutText(text: string, longest: number, cuts: Cuts): string {
  if (text.length <= longest) return text
  cuts.count += 1
  return `${text.slice(0, longest - 1)}…`
}

type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain }

function plainOf(any: WireMessage | undefined, depth: number, cuts: Cuts): Plain | undefined {
  if (any === undefined) return undefined
  const { stringValue, boolValue, bytesValue } = any
  if (typeof stringValue === 'string') return cutText(stringValue, itemLimits.textLength, cuts)
  if (typeof boolValue === 'boolean') return boolValue
  const number = asNumber(any.intValue) ?? asNumber(any.doubleValue)
  if (number !== undefined) return number
  const base64 = bytesValue instanceof Uint8Array ? Buffer.from(bytesValue).toString('base64') : bytesValue
  if (typeof base64 === 'string') return cutText(base64, itemLimits.textLength, cuts)
  const array = messageAt(any, 'arrayValue')
  const pairs = messageAt(any, 'kvlistValue')
  if (array === undefined && pairs === undefined) return undefined
  if (depth === itemLimits.depth) {
    cuts.count += 1
    return '…'
  }
  const items = messagesAt(array ?? pairs, 'values')
  if (items.length > itemLimits.values) cuts.count += 1
  const kept = items.slice(0, itemLimits.values)
  if (array !== undefined) return kept.flatMap((item) => plainOf(item, depth + 1, cuts) ?? [])
  return Object.fromEntries(
    kept.map((pair) => [textAt(pair, 'key') ?? '', plainOf(messageAt(pair, 'value'), depth + 1, cuts) ?? '']),
  )
}

function asMessage(value: unknown): WireMessage | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireMessage) : undefined
}

/** A number, one in text as JSON has 64-bit numbers, or the `Long` that protobuf reads them as. */
function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return /^-?\d{1,20}(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined
  return isLong(value) ? Number(value.toString()) : undefined
}

/** A 64-bit number as protobuf reads it where the package `long` is there; its text is decimal. */
function isLong(value: unknown): value is { toString(): string } {
  return typeof value === 'object' && value !== null && 'toNumber' in value && typeof value.toNumber === 'function'
}
