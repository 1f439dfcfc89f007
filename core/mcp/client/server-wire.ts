/** The way to one server: what a session needs of a transport, whichever it is. */
import type { JsonRecord } from '../wire/json-record.ts'
import type { WireLine } from '../wire/line-splitter.ts'
import type { OutgoingMessage, RpcId, RpcMessage } from '../wire/rpc-message.ts'
import type { ServerExit } from './server-process.ts'

/** What a reader of HTTP sees around a message that is sent, but for what a person keeps secret. */
export type RequestHead = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** The number of the exchange. */
  readonly n: number
}

export interface WireListeners {
  /**
   * @param text its JSON, where it came alone and not in a batch
   * @param http what HTTP says around it, as a capture does; nothing on stdio
   */
  message(message: RpcMessage, text?: string, http?: JsonRecord): void
  /** What came where only messages may come, and why it is none. */
  garbage(line: WireLine, why: string): void
  stderr(lines: readonly string[]): void
  /** What happened beside the messages, by the kind that a capture names it by: `stdin-end`, `signal`, `http-…`, `sse-…`. */
  side(kind: string, fields: JsonRecord): void
  /** This request did not arrive, or its answer never will. `problem` is one sentence. */
  undelivered(id: RpcId, problem: string): void
  /** The server refuses to speak before a person has authorized us, or, for want of `scope`, for more than they have. */
  unauthorized(want?: 'scope'): void
  /** Told once; nothing comes after it. */
  exit(exit: ServerExit): void
}

export interface ServerWire {
  readonly transport: 'stdio' | 'http'
  readonly pid: number | undefined
  /** Settles when nothing will come any more; never rejects. */
  readonly exited: Promise<ServerExit>
  /** What is around a message that is sent next; nothing on stdio. */
  head(message: OutgoingMessage): RequestHead | undefined
  /** @param head as `head` gave it for this message */
  send(message: OutgoingMessage, head?: RequestHead): void
  /** Ends the wait for a request where that alone cancels it. @returns whether it does */
  abandon(id: RpcId): boolean
  /** The legacy handshake agreed on this revision. */
  agreed(protocolVersion: string): void
  /** A person has authorized us: what was refused for want of that is opened anew. */
  authorized(): void
  /** Ends the conversation politely, then by force where that is possible. */
  stop(): Promise<ServerExit>
  kill(): Promise<ServerExit>
  freeze(frozen: boolean): void
}
