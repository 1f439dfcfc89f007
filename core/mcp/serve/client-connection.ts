/** One client's conversation: pairs requests with their exchanges, answers with questions, and chooses the wire. */
import type { Timers } from '../../model/clock.ts'
import type { EraName } from '../eras/era.ts'
import { legacyEra } from '../eras/legacy.ts'
import { modernEra } from '../eras/modern.ts'
import { type JsonRecord, stringAt } from '../wire/json-record.ts'
import {
  methodNotFound,
  type OutgoingMessage,
  type RpcAnswer,
  type RpcId,
  type RpcMessage,
  type RpcRequest,
} from '../wire/rpc-message.ts'
import { Exchange, type Headers, type Outlet } from './exchange.ts'
import type { Habits, MessageFilter } from './habits.ts'
import { LegacySession } from './legacy-session.ts'
import { versionError } from './modern-request.ts'
import type { ModernService } from './modern-service.ts'
import type { ServerInfo } from './server-info.ts'
import type { TaskTable } from './task-table.ts'
import type { Toolbox } from './tool-work.ts'

export interface ConnectionParts {
  readonly toolbox: Toolbox
  readonly info: ServerInfo
  readonly timers: Timers
  readonly habits: Habits
  readonly filters: readonly MessageFilter[]
  readonly eras: readonly EraName[]
  readonly tasks: TaskTable
  readonly modern: ModernService
}

export class ClientConnection {
  readonly #parts: ConnectionParts
  readonly #legacy: LegacySession
  readonly #closed: () => void
  readonly #open = new Map<RpcId, Exchange>()
  readonly #asked = new Map<RpcId, (answer: RpcAnswer | undefined) => void>()
  #era: EraName | undefined
  #asks = 0

  constructor(parts: ConnectionParts, push: Outlet, closed: () => void) {
    this.#parts = parts
    this.#closed = closed
    const outlet = this.#filtered(push, undefined)
    this.#legacy = new LegacySession({ ...parts, push: (method, params) => outlet.send({ method, params }) })
  }

  /**
   * @param outlet where the answer goes.
   * @param headers of HTTP, in lower case.
   */
  receive(incoming: RpcMessage, outlet: Outlet, headers?: Headers): void {
    let message: RpcMessage | undefined = incoming
    for (const { incoming: filter } of this.#parts.filters) {
      message = message === undefined || filter === undefined ? message : filter(message)
    }
    switch (message?.kind) {
      case 'request':
        this.#request(message, outlet, headers)
        break
      case 'notification':
        if (message.method === 'notifications/cancelled') this.#cancelled(message.params.requestId)
        break
      case 'result':
      case 'error':
        this.#answered(message)
        break
      case undefined:
    }
  }

  close(): void {
    for (const exchange of [...this.#open.values()]) exchange.abandon()
    for (const resolve of this.#asked.values()) resolve(undefined)
    this.#asked.clear()
    this.#legacy.close()
    this.#closed()
  }

  #request(request: RpcRequest, outlet: Outlet, headers: Headers | undefined): void {
    const filtered = this.#filtered(outlet, request)
    const exchange = new Exchange(request, this.#forgetting(filtered, request.id), headers, (to, method, params) =>
      this.#ask(to, method, params),
    )
    this.#open.set(request.id, exchange)
    const era = this.#eraOf(request, headers)
    const { eras, modern } = this.#parts
    if (era === 'modern' && eras.includes('modern')) {
      this.#era ??= 'modern'
      modern.handle(exchange)
    } else if (era === 'legacy' && eras.includes('legacy')) {
      if (request.method === 'initialize') this.#era = 'legacy'
      this.#legacy.handle(exchange)
    } else if (era === 'modern') {
      exchange.refuse({ code: methodNotFound, message: `there is no method ${request.method}` }, 400)
    } else {
      const version = stringAt(request.params, 'protocolVersion') ?? legacyEra.protocolVersion
      exchange.refuse(versionError(version), 400)
    }
  }

  /** A message that says nothing of its wire belongs to the one that the conversation began with. */
  #eraOf(request: RpcRequest, headers: Headers | undefined): EraName {
    if (modernEra.speaks(request)) return 'modern'
    if (legacyEra.speaks(request)) return 'legacy'
    if (headers?.get('mcp-protocol-version') === modernEra.protocolVersion) return 'modern'
    return this.#era ?? (this.#parts.eras.includes('legacy') ? 'legacy' : 'modern')
  }

  #cancelled(id: unknown): void {
    if (typeof id === 'string' || typeof id === 'number') this.#open.get(id)?.abandon()
  }

  #ask(outlet: Outlet, method: string, params: JsonRecord): Promise<RpcAnswer | undefined> {
    this.#asks += 1
    const id = this.#parts.habits.requestId(this.#asks)
    return new Promise((resolve) => {
      const stopListening = outlet.onClose(() => settle(undefined))
      const settle = (answer: RpcAnswer | undefined): void => {
        this.#asked.delete(id)
        stopListening()
        resolve(answer)
      }
      this.#asked.set(id, settle)
      outlet.send({ id, method, params })
    })
  }

  #answered(answer: RpcAnswer): void {
    if (answer.id !== undefined) this.#asked.get(answer.id)?.(answer)
  }

  /** Takes the exchange out of the open ones with its answer or its end. */
  #forgetting(outlet: Outlet, id: RpcId): Outlet {
    const forget = (): void => void this.#open.delete(id)
    return {
      send(message, status) {
        if ('id' in message && message.id === id && !('method' in message)) forget()
        outlet.send(message, status)
      },
      onClose: (listener) =>
        outlet.onClose(() => {
          forget()
          listener()
        }),
    }
  }

  #filtered(outlet: Outlet, request: RpcRequest | undefined): Outlet {
    const filters = this.#parts.filters.flatMap(({ outgoing }) => outgoing ?? [])
    if (filters.length === 0) return outlet
    return {
      send(message, status) {
        const messages = filters.reduce<readonly OutgoingMessage[]>(
          (all, filter) => all.flatMap((each) => filter(each, request)),
          [message],
        )
        for (const each of messages) outlet.send(each, status)
      },
      onClose: (listener) => outlet.onClose(listener),
    }
  }
}
