/** What was thrown, as bounded plain data with its chain of causes. Total over all thrown values. */
import type { ErrorInfo } from '../model/payload.ts'
import { formatLine, formatValue } from './format-value.ts'

const longestChain = 8
const longestMessage = 8192
const longestStack = 16_384

/** Describes a thrown value. Never throws, whatever the value's getters do. */
export function errorInfo(thrown: unknown): ErrorInfo {
  return describe(thrown, [])
}

/** An error that no code threw: a timeout, a task past its grace. */
export function plainErrorInfo(name: string, message: string, code?: number | string): ErrorInfo {
  return { name, message, ...(code !== undefined && { code }) }
}

function describe(thrown: unknown, seen: readonly unknown[]): ErrorInfo {
  if (!isErrorLike(thrown)) return { name: typeName(thrown), message: formatLine(thrown), value: formatValue(thrown) }
  const stack = read(thrown, 'stack')
  const code = read(thrown, 'code')
  const cause = read(thrown, 'cause')
  const errors = read(thrown, 'errors')
  return {
    name: textOr(read(thrown, 'name'), 'Error', 200),
    message: textOr(read(thrown, 'message'), '', longestMessage),
    ...(typeof stack === 'string' && { stack: stack.slice(0, longestStack) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code: boundedCode(code) }),
    ...(cause !== undefined && canFollow(cause, seen, thrown) && { cause: describe(cause, [...seen, thrown]) }),
    ...(Array.isArray(errors) && { value: formatValue(errors) }),
  }
}

function canFollow(cause: unknown, seen: readonly unknown[], thrown: unknown): boolean {
  return seen.length + 1 < longestChain && cause !== thrown && !seen.includes(cause)
}

function boundedCode(code: string | number): string | number {
  return typeof code === 'string' ? code.slice(0, 200) : code
}

/** Whether a value counts as an Error. Those of other realms (a vm context) are no instances of ours: the shape decides. */
export function isErrorLike(thrown: unknown): thrown is object {
  if (typeof thrown !== 'object' || thrown === null) return false
  try {
    if (thrown instanceof Error) return true
  } catch {
    return false
  }
  return typeof read(thrown, 'stack') === 'string' && typeof read(thrown, 'message') === 'string'
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    // A getter that throws tells nothing; the rest of the error still does.
    return undefined
  }
}

function textOr(value: unknown, otherwise: string, limit: number): string {
  if (value === undefined) return otherwise
  return formatLine(value, limit)
}

function typeName(thrown: unknown): string {
  return thrown === null ? 'null' : typeof thrown
}
