/** One request of a client with everything that may be said while it is open, whatever wire carries it. */
import type { Dispose } from '../../model/dispose.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { OutgoingMessage, RpcAnswer, RpcError, RpcRequest } from '../wire/rpc-message.ts'

/** Where messages to a client go: its one output on stdio, the response of one POST or a stream on HTTP. */
export interface Outlet {
  /** @param status of HTTP, where it still can be told. */
  send(message: OutgoingMessage, status?: number): void
  /** Called once when nobody reads any more. */
  onClose(listener: () => void): Dispose
}

/** What a server asks of its client, and gets `undefined` for when the client goes away. */
export type AskClient = (outlet: Outlet, method: string, params: JsonRecord) => Promise<RpcAnswer | undefined>

/** Header names in lower case. */
export type Headers = ReadonlyMap<string, string>

export class Exchange {
  readonly request: RpcRequest
  readonly outlet: Outlet
  /** Absent on stdio. */
  readonly headers: Headers | undefined
  readonly #ask: AskClient
  readonly #listeners = new Set<() => void>()
  readonly #stopListening: Dispose
  #open = true

  constructor(request: RpcRequest, outlet: Outlet, headers: Headers | undefined, ask: AskClient) {
    this.request = request
    this.outlet = outlet
    this.headers = headers
    this.#ask = ask
    this.#stopListening = outlet.onClose(() => this.abandon())
  }

  /** Whether an answer is still wanted. */
  get open(): boolean {
    return this.#open
  }

  reply(result: JsonRecord): void {
    this.#answer({ id: this.request.id, result })
  }

  /** @param status of HTTP; 200 by default, as for every answer that JSON-RPC itself carries. */
  refuse(error: RpcError, status?: number): void {
    this.#answer({ id: this.request.id, error }, status)
  }

  notify(method: string, params: JsonRecord): void {
    if (this.#open) this.outlet.send({ method, params })
  }

  ask(method: string, params: JsonRecord): Promise<RpcAnswer | undefined> {
    return this.#ask(this.outlet, method, params)
  }

  /** The client does not wait for the answer any more; there will be none. */
  abandon(): void {
    if (!this.#open) return
    this.#close()
    for (const listener of [...this.#listeners]) listener()
  }

  onAbandoned(listener: () => void): Dispose {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #answer(message: OutgoingMessage, status?: number): void {
    if (!this.#open) return
    this.#close()
    this.outlet.send(message, status)
  }

  #close(): void {
    this.#open = false
    this.#stopListening()
  }
}
