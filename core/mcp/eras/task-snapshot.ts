/** A task as a peer described it in one message, in the words of neither wire. */
import type { JsonRecord } from '../wire/json-record.ts'
import type { RpcError } from '../wire/rpc-message.ts'

/** The statuses that both wires know. */
export const wireStatuses = ['working', 'input_required', 'completed', 'failed', 'cancelled'] as const

export type WireStatus = (typeof wireStatuses)[number]

export interface TaskSnapshot {
  readonly taskId: string
  /** As sent; a peer may send a word that no specification knows. */
  readonly status: string
  readonly statusMessage?: string
  /** ISO 8601 as sent. */
  readonly createdAt?: string
  readonly lastUpdatedAt?: string
  /** Milliseconds; `null` is the wire's "without end". */
  readonly ttlMs?: number | null
  readonly pollIntervalMs?: number
  /** Modern wire: inlined when the task has completed. */
  readonly result?: JsonRecord
  /** Modern wire: inlined when the task has failed. */
  readonly error?: RpcError
  /** Modern wire: what the task waits for, by key. */
  readonly inputRequests?: JsonRecord
  /** The fields as they came. */
  readonly raw: JsonRecord
}

export function isWireStatus(status: string): status is WireStatus {
  return (wireStatuses as readonly string[]).includes(status)
}

export function isTerminalStatus(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

/**
 * Whether the second of two snapshots of one task was taken before the first, as far as their own times tell. An answer
 * may be on its way when a newer notice overtakes it.
 */
export function isStale(known: Pick<TaskSnapshot, 'lastUpdatedAt'>, next: TaskSnapshot): boolean {
  return Date.parse(next.lastUpdatedAt ?? '') < Date.parse(known.lastUpdatedAt ?? '')
}
