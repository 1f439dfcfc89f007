/**
 * Our end of a JSON-RPC conversation: gives ids, writes, and pairs answers. Every message that passes, in
 * either direction, is shown to `see` first, so whoever watches knows it before anyone acts on it.
 */
import type { Clock } from '../../model/clock.ts'
import type { Direction, Frame } from '../wire/frame.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import {
  type OutgoingMessage,
  type RpcAnswer,
  type RpcError,
  type RpcId,
  type RpcMessage,
  writeRpcText,
} from '../wire/rpc-message.ts'
import type { RequestHead } from './server-wire.ts'

/** The answer, or `undefined` when the peer went away without one. */
export type AnswerOrGone = RpcAnswer | undefined

/** The code of an error that no peer sent: the message did not arrive. */
export const undelivered = 0

export interface RpcPeerOptions {
  readonly clock: Clock
  readonly transport: 'stdio' | 'http'
  /** @param head as `head` gave it */
  readonly send: (message: OutgoingMessage, head?: RequestHead) => void
  /** Ends the wait for a request where that alone cancels it. @returns whether it does */
  readonly abandon?: (id: RpcId) => boolean
  /** @param text its JSON on the wire */
  readonly see: (frame: Frame, text: string) => void
  /** Gives the next request id; ids of one source are never used twice, whatever servers come and go. */
  readonly nextId: () => number
  /** Gives the next number of a frame. */
  readonly nextSeq: () => number
  /** What is around a message that is sent next; nothing on stdio. */
  readonly head?: (message: OutgoingMessage) => RequestHead | undefined
}

export class RpcPeer {
  readonly #options: RpcPeerOptions
  readonly #waiting = new Map<RpcId, (answer: AnswerOrGone) => void>()
  /** What every request says beside what it asks; the modern wire has no session that could remember it. */
  dress: (params: JsonRecord) => JsonRecord = (params) => params
  #closed = false

  constructor(options: RpcPeerOptions) {
    this.#options = options
  }

  /** An id for a request that needs to be known before it is sent. */
  nextId(): number {
    return this.#options.nextId()
  }

  request(method: string, bare: JsonRecord, id = this.nextId()): Promise<AnswerOrGone> {
    if (this.#closed) return Promise.resolve(undefined)
    const params = this.dress(bare)
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#send({ kind: 'request', id, method, params }, { id, method, params })
    })
  }

  notify(method: string, params: JsonRecord): void {
    this.#send({ kind: 'notification', method, params }, { method, params })
  }

  /** Asks the server to stop working on a request of ours. Nothing acknowledges that. */
  cancelRequest(requestId: RpcId, reason: string): void {
    if (this.#options.abandon?.(requestId) !== true) this.notify('notifications/cancelled', { requestId, reason })
  }

  /** The transport lost a request or its answer: who waits for it gets an error that no peer sent. */
  fail(id: RpcId, message: string): void {
    const resolve = this.#waiting.get(id)
    this.#waiting.delete(id)
    resolve?.({ kind: 'error', id, error: { code: undelivered, message } })
  }

  respond(id: RpcId, result: JsonRecord): void {
    this.#send({ kind: 'result', id, result }, { id, result })
  }

  refuse(id: RpcId, error: RpcError): void {
    this.#send({ kind: 'error', id, error }, { id, error })
  }

  /**
   * Takes a message of the peer: shows it, then wakes who waits for it.
   * @param text its JSON, where it came alone
   * @param http what HTTP says around it
   */
  receive(message: RpcMessage, text?: string, http?: JsonRecord): void {
    this.#see('s2c', message, text ?? writeRpcText(fieldsOf(message)), http)
    if (message.kind !== 'result' && message.kind !== 'error') return
    if (message.id === undefined) return
    const resolve = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    resolve?.(message)
  }

  /** Nobody will answer any more. */
  close(): void {
    this.#closed = true
    for (const resolve of this.#waiting.values()) resolve(undefined)
    this.#waiting.clear()
  }

  #send(message: RpcMessage, outgoing: OutgoingMessage): void {
    if (this.#closed) return
    const head = this.#options.head?.(outgoing)
    this.#see('c2s', message, writeRpcText(outgoing), head)
    this.#options.send(outgoing, head)
  }

  #see(dir: Direction, message: RpcMessage, text: string, http?: JsonRecord): void {
    const { transport, clock, nextSeq, see } = this.#options
    const frame = { seq: nextSeq(), at: clock.now(), dir, message, transport }
    see(http === undefined ? frame : { ...frame, http }, text)
  }
}

/** A message of a batch as it would be written alone. */
function fieldsOf(message: RpcMessage): JsonRecord {
  const { kind, ...fields } = message
  return fields
}
