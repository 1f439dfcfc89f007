import type { ServerResponse } from 'node:http'
import type { Timers } from '../../model/clock.ts'
import type { RpcMessage } from '../wire/rpc-message.ts'
import type { ClientConnection } from './client-connection.ts'
import type { Headers, Outlet } from './exchange.ts'
import { invalidRequest, refuseHttp, responseOutlet, streamOutlet } from './http-outlet.ts'
import type { McpServer } from './mcp-server.ts'

/** Where a message goes that nobody waits for. */
export const nowhere: Outlet = {
  send: () => undefined,
  onClose: () => () => undefined,
}

/** A legacy session: several requests, and one stream for what belongs to none of them. */
export class HttpSession {
  readonly #connection: ClientConnection
  readonly #timers: Timers
  readonly #ended: () => void
  #stream: Outlet | undefined
  #response: ServerResponse | undefined

  constructor(server: McpServer, timers: Timers, ended: () => void) {
    this.#timers = timers
    this.#ended = ended
    // Without a stream nobody hears it: status notifications are a convenience, nobody may rely on them.
    this.#connection = server.connect({
      send: (message, status) => this.#stream?.send(message, status),
      onClose: () => () => undefined,
    })
  }

  receive(message: RpcMessage, response: ServerResponse, headers: Headers): void {
    if (message.kind === 'request') {
      this.#connection.receive(message, responseOutlet(response, message.id, this.#timers), headers)
      return
    }
    this.#connection.receive(message, nowhere, headers)
    response.writeHead(202).end()
  }

  listen(response: ServerResponse): void {
    if (this.#stream !== undefined) {
      refuseHttp(response, 409, invalidRequest, 'the session has a stream already')
      return
    }
    this.#response = response
    this.#stream = streamOutlet(response, this.#timers)
    response.once('close', () => {
      this.#stream = undefined
    })
  }

  close(): void {
    this.#connection.close()
    this.#response?.end()
    this.#ended()
  }
}
