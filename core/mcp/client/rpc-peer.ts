/**
 * Our end of a JSON-RPC conversation over stdio: gives ids, writes, and pairs answers. Every message that passes, in
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
  writeRpcLine,
} from '../wire/rpc-message.ts'

/** The answer, or `undefined` when the peer went away without one. */
export type AnswerOrGone = RpcAnswer | undefined

export interface RpcPeerOptions {
  readonly clock: Clock
  readonly write: (text: string) => void
  readonly see: (frame: Frame) => void
  /** Gives the next request id; ids of one source are never used twice, whatever servers come and go. */
  readonly nextId: () => number
}

export class RpcPeer {
  readonly #options: RpcPeerOptions
  readonly #waiting = new Map<RpcId, (answer: AnswerOrGone) => void>()
  #seq = 0
  #closed = false

  constructor(options: RpcPeerOptions) {
    this.#options = options
  }

  /** An id for a request that needs to be known before it is sent. */
  nextId(): number {
    return this.#options.nextId()
  }

  request(method: string, params: JsonRecord, id = this.nextId()): Promise<AnswerOrGone> {
    if (this.#closed) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#send({ kind: 'request', id, method, params }, { id, method, params })
    })
  }

  notify(method: string, params: JsonRecord): void {
    this.#send({ kind: 'notification', method, params }, { method, params })
  }

  respond(id: RpcId, result: JsonRecord): void {
    this.#send({ kind: 'result', id, result }, { id, result })
  }

  refuse(id: RpcId, error: RpcError): void {
    this.#send({ kind: 'error', id, error }, { id, error })
  }

  /** Takes a message of the peer: shows it, then wakes who waits for it. */
  receive(message: RpcMessage): void {
    this.#see('s2c', message)
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
    this.#see('c2s', message)
    this.#options.write(writeRpcLine(outgoing))
  }

  #see(dir: Direction, message: RpcMessage): void {
    this.#seq += 1
    this.#options.see({ seq: this.#seq, at: this.#options.clock.now(), dir, message, transport: 'stdio' })
  }
}
