/**
 * The ways of a server that its specification leaves open, or that a lab server gets wrong on purpose. The defaults are
 * right; only the lab hands in others.
 */
import { randomUUID } from 'node:crypto'
import type { JsonRecord } from '../wire/json-record.ts'
import type { OutgoingMessage, RpcId, RpcMessage, RpcRequest } from '../wire/rpc-message.ts'

export interface Habits {
  /** Without an authorization context an id is all that protects a task: it must not be guessable. */
  readonly taskId: () => string
  /** Milliseconds from a task's creation to its removal; `asked` only on the legacy wire. */
  readonly ttlMs: (asked: number | undefined) => number
  readonly pollIntervalMs: number
  /** The key of a task's n-th question, from 1. Keys are never used again. */
  readonly questionKey: (n: number) => string
  /** The id of the n-th request to the client, from 1. */
  readonly requestId: (n: number) => RpcId
  /** Whether tasks are only made for clients that said they know them. */
  readonly askDeclaration: boolean
  /** Whether a plain legacy call is told about by task notifications. */
  readonly notifyPlainCalls: boolean
  /** Whether a cancel reaches the work. */
  readonly stopWork: boolean
  /** How long a finished result is kept back on `tasks/result`, milliseconds. */
  readonly resultDelayMs: number
  /** What `tasks/result` of a cancelled task gives; nothing means an error. */
  readonly cancelledResult: JsonRecord | undefined
  /** Whether the end of its input ends a stdio server. */
  readonly endWithInput: boolean
}

/** Sees every message of a server on its way and may change, drop or add. It may remember. */
export interface MessageFilter {
  /** @param request what an answer answers, or what a notification belongs to. */
  readonly outgoing?: (message: OutgoingMessage, request: RpcRequest | undefined) => readonly OutgoingMessage[]
  /** `undefined` swallows the message. */
  readonly incoming?: (message: RpcMessage) => RpcMessage | undefined
}

const dayMs = 86_400_000

export const goodHabits: Habits = {
  taskId: randomUUID,
  ttlMs: (asked) => (asked !== undefined && Number.isInteger(asked) && asked > 0 && asked <= dayMs ? asked : dayMs),
  pollIntervalMs: 500,
  questionKey: (n) => `question-${n}`,
  requestId: (n) => `ask-${n}`,
  askDeclaration: true,
  notifyPlainCalls: false,
  stopWork: true,
  resultDelayMs: 0,
  cancelledResult: { content: [{ type: 'text', text: 'The task was cancelled.' }], isError: true },
  endWithInput: true,
}
