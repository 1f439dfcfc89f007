/**
 * When a client has ended a session. It asks for that with DELETE, and a server may refuse
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management), so the answer decides;
 * where none was seen, the client's word stands. Bounded.
 */
import { BoundedMap } from '../wire/bounded.ts'
import { type JsonRecord, numberAt, recordAt } from '../wire/json-record.ts'
import type { SideEvent } from './analyzer.ts'

const maxAsked = 1000
/** The server knows no such session: it has ended, if not by this. */
const notFound = 404
const firstRefusal = 400

const hangUps = new Set(['http-stream-error', 'http-client-disconnect', 'http-upstream-aborted'])

export class SessionEnds {
  /** Sessions whose end was asked for, by the exchange in which it was. */
  readonly #asked = new BoundedMap<number, SideEvent>(maxAsked)

  /** @returns the request by which a session has ended, if this tells that it has */
  side(event: SideEvent): SideEvent | undefined {
    const http = recordAt(event.fields, 'http')
    const n = numberAt(http, 'n')
    if (event.kind !== 'http-delete') return hangUps.has(event.kind) ? this.#take(n) : this.answer(http)
    if (n === undefined) return event
    this.#asked.set(n, event)
    return undefined
  }

  /** Takes what the head of an HTTP answer says, whatever came with it. */
  answer(http: JsonRecord | undefined): SideEvent | undefined {
    const status = numberAt(http, 'status')
    if (status === undefined) return undefined
    const asked = this.#take(numberAt(http, 'n'))
    return status >= firstRefusal && status !== notFound ? undefined : asked
  }

  /** Nothing more will come. */
  rest(): readonly SideEvent[] {
    const rest = [...this.#asked.values()]
    this.#asked.clear()
    return rest
  }

  #take(n: number | undefined): SideEvent | undefined {
    if (n === undefined) return undefined
    const asked = this.#asked.get(n)
    this.#asked.delete(n)
    return asked
  }
}
