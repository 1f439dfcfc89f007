/** Whether what a cancelled task threw is the cancel itself, or an error of its clean-up. Total over all values. */
import type { TaskCancelled } from './task-errors.ts'

const cancelNames: readonly string[] = [
  'AbortError',
  'TaskCancelled',
  'ChildCancelled',
  'CancelledError',
  'CanceledError',
]
/** Node's own code, and axios'. */
const cancelCodes: readonly string[] = ['ABORT_ERR', 'ERR_CANCELED']
const longestChain = 16

/** True for the signal's reason, for anything that has it among its causes, and for an abort or cancel error. */
export function isCancelOf(thrown: unknown, reason: TaskCancelled): boolean {
  let value = thrown
  for (let depth = 0; depth < longestChain; depth += 1) {
    if (value === reason) return true
    if (typeof value !== 'object' || value === null) return false
    if (cancelNames.includes(String(readText(value, 'name')))) return true
    if (cancelCodes.includes(String(readText(value, 'code')))) return true
    value = read(value, 'cause')
  }
  return false
}

function readText(value: object, key: string): string | undefined {
  const text = read(value, key)
  return typeof text === 'string' ? text : undefined
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    // An unreadable error is not the cancel.
    return undefined
  }
}
