/**
 * How the clients of an HTTP proxy speak: what a request of ours needs in order to pass for one of the same session and
 * the same person. In memory only; bounded.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { modernHeaders } from '../eras/modern-headers.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { OutgoingMessage } from '../wire/rpc-message.ts'

export interface ClientVoice {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** What a modern client puts on each request. */
  readonly meta: JsonRecord | undefined
}

const maxTasks = 5000
/** What belongs to one request of the client and not to its session, and what every request of ours has of its own. */
const ownHeaders = new Set([
  ...['host', 'connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'content-length'],
  ...['content-type', 'content-encoding', 'accept', 'accept-encoding', 'last-event-id', 'mcp-method', 'mcp-name'],
  ...['traceparent', 'tracestate', 'baggage', 'if-none-match', 'if-modified-since', 'range'],
])

export class ClientVoices {
  readonly #ofTask = new BoundedMap<string, ClientVoice>(maxTasks)
  #last: ClientVoice | undefined

  /** A client has spoken so, of this task if it named one. */
  heard(voice: ClientVoice, task: string | undefined): void {
    this.#last = voice
    if (task !== undefined) this.#keep(task, voice)
  }

  /** The answer to who spoke so has made the task, or has told of it first. */
  created(voice: ClientVoice, task: string): void {
    if (!this.#ofTask.has(task)) this.#keep(task, voice)
  }

  /** Of the client whose task it is; of whoever has spoken last where nobody has named it. */
  of(task: string | undefined): ClientVoice | undefined {
    return (task === undefined ? undefined : this.#ofTask.get(task)) ?? this.#last
  }

  #keep(task: string, voice: ClientVoice): void {
    this.#ofTask.delete(task)
    this.#ofTask.set(task, voice)
  }
}

/** The headers of a request of ours that is sent in this voice. */
export function headersAs({ headers, meta }: ClientVoice, message: OutgoingMessage): Record<string, string> {
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !ownHeaders.has(name)) own[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {
    ...own,
    ...(meta === undefined ? {} : modernHeaders(message)),
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'accept-encoding': 'identity',
  }
}

/** The session that requests with these headers belong to; none on the modern wire. */
export function sessionOf(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['mcp-session-id']
  return typeof id === 'string' ? id : undefined
}
