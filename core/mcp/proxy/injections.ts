/**
 * Requests of ours in someone else's conversation. Their ids begin with a prefix that the client has never used, so
 * they are never mixed with its own, and their answers never reach it.
 */
import { clientCapabilitiesKey, protocolVersionKey } from '../eras/modern.ts'
import { type JsonRecord, recordAt } from '../wire/json-record.ts'
import type { RpcId, RpcMessage, RpcRequest } from '../wire/rpc-message.ts'

const firstPrefix = 'ts:'
/** What a modern client puts on each request; ours must carry the same. */
const copiedMeta = [protocolVersionKey, clientCapabilitiesKey, 'io.modelcontextprotocol/clientInfo']

export interface Injected {
  readonly id: string
  readonly method: string
  readonly params: JsonRecord
}

/** What a request of ours must say of the client besides what it asks; `undefined` when it does not speak the modern wire. */
export function clientMeta({ params }: RpcRequest): JsonRecord | undefined {
  const meta = recordAt(params, '_meta')
  if (meta === undefined || !Object.hasOwn(meta, protocolVersionKey)) return undefined
  return Object.fromEntries(copiedMeta.flatMap((key) => (Object.hasOwn(meta, key) ? [[key, meta[key]]] : [])))
}

export class Injections<Origin> {
  readonly #open = new Map<RpcId, Origin>()
  #prefix = firstPrefix
  #count = 0
  #meta: JsonRecord | undefined

  get waiting(): boolean {
    return this.#open.size > 0
  }

  /** Every message of the client, to stay clear of its ids and to speak as it does. */
  seeClient(message: RpcMessage): void {
    if (message.kind !== 'request') return
    this.#meta = clientMeta(message) ?? this.#meta
    while (typeof message.id === 'string' && message.id.startsWith(this.#prefix)) this.#prefix = `${this.#prefix}:`
  }

  make(method: string, params: JsonRecord, origin: Origin): Injected {
    this.#count += 1
    const id = `${this.#prefix}${this.#count}`
    this.#open.set(id, origin)
    return { id, method, params: this.#meta === undefined ? params : { ...params, _meta: this.#meta } }
  }

  /** Whose answer this message of the server is; `undefined` when it is the client's business. */
  takeAnswer(message: RpcMessage): Origin | undefined {
    if ((message.kind !== 'result' && message.kind !== 'error') || message.id === undefined) return undefined
    const origin = this.#open.get(message.id)
    this.#open.delete(message.id)
    return origin
  }
}
