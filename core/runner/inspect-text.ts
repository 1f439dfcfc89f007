/** The text half of formatting: any value, for people, in the notation that consoles use. Never throws. */
import { types } from 'node:util'
import { BoundedText } from './bounded-text.ts'
import { writeString } from './json-text.ts'

const deepest = 12
const longestList = 100

export function inspectText(
  value: unknown,
  limit: number,
): { readonly text: string; readonly size: number; readonly truncated: boolean } {
  const out = new BoundedText(limit)
  writeSafely(value, out, [])
  return out.result()
}

/** One unreadable part must not hide the rest, so each value is guarded by itself. */
function writeSafely(value: unknown, out: BoundedText, ancestors: readonly object[]): void {
  try {
    write(value, out, ancestors)
  } catch (thrown) {
    out.write(`[unreadable${becauseOf(thrown)}]`)
  }
}

function becauseOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error && typeof thrown.message === 'string') return `: ${thrown.message.slice(0, 200)}`
  } catch {
    // What was thrown is itself unreadable; there is nothing more to say.
  }
  return ''
}

function write(value: unknown, out: BoundedText, ancestors: readonly object[]): void {
  out.visit()
  if (out.full) return
  switch (typeof value) {
    case 'string':
      writeString(value, out)
      return
    case 'number':
      out.write(Object.is(value, -0) ? '-0' : String(value))
      return
    case 'bigint':
      out.write(bigintText(value))
      return
    case 'symbol':
      out.write(String(value).slice(0, 1000))
      return
    case 'function':
      out.write(functionText(value))
      return
    case 'object':
      if (value === null) out.write('null')
      else writeObject(value, out, ancestors)
      return
    default:
      out.write(String(value))
  }
}

/** Decimal digits of a huge bigint take quadratic time; its width is told from hexadecimal, which is fast. */
function bigintText(value: bigint): string {
  const tooLong = 10n ** 300n
  if (value < tooLong && value > -tooLong) return `${value}n`
  const sign = value < 0n ? '-' : ''
  return `${sign}[bigint of ${(value < 0n ? -value : value).toString(16).length * 4} bits]`
}

function functionText(value: object): string {
  const name = Object.getOwnPropertyDescriptor(value, 'name')?.value
  return typeof name === 'string' && name !== '' ? `[function ${name.slice(0, 200)}]` : '[function]'
}

function writeObject(value: object, out: BoundedText, ancestors: readonly object[]): void {
  if (ancestors.includes(value)) {
    out.write('[cycle]')
    return
  }
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value)
    out.write(Number.isNaN(time) ? '[invalid date]' : new Date(time).toISOString())
    return
  }
  if (types.isRegExp(value)) {
    out.write(RegExp.prototype.toString.call(value))
    return
  }
  if (types.isPromise(value)) {
    out.write('[promise]')
    return
  }
  if (ancestors.length >= deepest) {
    out.write(Array.isArray(value) ? '[…]' : '{…}')
    return
  }
  const inner = [...ancestors, value]
  if (types.isNativeError(value)) writeError(value, out, inner)
  else if (Array.isArray(value)) writeList('', value.length, value, out, inner)
  else if (ArrayBuffer.isView(value) && !types.isDataView(value)) writeTyped(value, out, inner)
  else if (types.isMap(value)) writeMap(value, out, inner)
  else if (types.isSet(value)) writeList(`Set(${value.size}) `, value.size, value, out, inner)
  else writeMembers(classPrefix(value), value, out, inner)
}

function writeError(value: Error, out: BoundedText, ancestors: readonly object[]): void {
  const name: unknown = value.name
  const message: unknown = value.message
  out.write(`[${typeof name === 'string' ? name.slice(0, 200) : 'Error'}: `)
  out.write(typeof message === 'string' ? message.slice(0, out.limit) : '')
  out.write(']')
  if (Object.keys(value).length > 0) writeMembers(' ', value, out, ancestors)
}

function writeTyped(value: ArrayBufferView, out: BoundedText, ancestors: readonly object[]): void {
  const list = value as unknown as ArrayLike<number>
  writeList(`${value.constructor.name}(${list.length}) `, list.length, Array.from(firstOf(list)), out, ancestors)
}

function* firstOf(list: ArrayLike<number>): Iterable<number> {
  for (let index = 0; index < Math.min(list.length, longestList); index += 1) yield list[index] as number
}

function writeList(
  prefix: string,
  length: number,
  items: Iterable<unknown>,
  out: BoundedText,
  ancestors: readonly object[],
): void {
  out.write(`${prefix}[`)
  let count = 0
  for (const item of items) {
    if (count >= longestList || out.full) break
    if (count > 0) out.write(', ')
    writeSafely(item, out, ancestors)
    count += 1
  }
  if (length > count) out.write(`${count > 0 ? ', ' : ''}… ${length - count} more`)
  out.write(']')
}

function writeMap(value: ReadonlyMap<unknown, unknown>, out: BoundedText, ancestors: readonly object[]): void {
  out.write(`Map(${value.size}) {`)
  let count = 0
  for (const [key, member] of value) {
    if (count >= longestList || out.full) break
    if (count > 0) out.write(', ')
    writeSafely(key, out, ancestors)
    out.write(' => ')
    writeSafely(member, out, ancestors)
    count += 1
  }
  if (value.size > count) out.write(`, … ${value.size - count} more`)
  out.write('}')
}

function classPrefix(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return ''
  const maker = Object.getOwnPropertyDescriptor(prototype as object, 'constructor')?.value
  if (typeof maker !== 'function') return ''
  const name = Object.getOwnPropertyDescriptor(maker, 'name')?.value
  return typeof name === 'string' && name !== '' ? `${name.slice(0, 200)} ` : ''
}

function writeMembers(prefix: string, value: object, out: BoundedText, ancestors: readonly object[]): void {
  out.write(`${prefix}{`)
  let count = 0
  for (const key of Reflect.ownKeys(value)) {
    if (out.full) break
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
    if (descriptor === undefined || descriptor.enumerable !== true) {
      out.visit()
      continue
    }
    if (count > 0) out.write(', ')
    count += 1
    out.write(`${keyText(key)}: `)
    if (descriptor.get !== undefined) writeGetter(value, key, out, ancestors)
    else writeSafely(descriptor.value, out, ancestors)
  }
  out.write('}')
}

function writeGetter(value: object, key: string | symbol, out: BoundedText, ancestors: readonly object[]): void {
  let member: unknown
  try {
    member = Reflect.get(value, key)
  } catch (thrown) {
    out.write(`[getter threw${becauseOf(thrown)}]`)
    return
  }
  writeSafely(member, out, ancestors)
}

function keyText(key: string | symbol): string {
  if (typeof key === 'symbol') return `[${String(key).slice(0, 200)}]`
  return /^[A-Za-z_$][\w$]*$/.test(key.slice(0, 200)) && key.length <= 200 ? key : JSON.stringify(key.slice(0, 200))
}
