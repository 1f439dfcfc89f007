/** Writes HTTP exchanges of MCP as capture lines: bodies, streams and their ends, each tied to its exchange by `n`. */
import type { IncomingHttpHeaders } from 'node:http'
import type { CaptureWriter } from '../wire/capture-writer.ts'
import type { Direction } from '../wire/frame.ts'
import { type JsonRecord, parseMessages } from '../wire/json-record.ts'
import { hasNoMessage, type SseEvent, SseSplitter } from '../wire/sse.ts'
import { type BodyCopy, streamDecoder, WholeBody } from './body-copy.ts'

const evidenceLength = 4096

/** Says which task a message belongs to. */
export type TaskOf = (dir: 'c2s' | 's2c', message: unknown) => string | undefined

export class ExchangeRecorder {
  readonly #writers: readonly CaptureWriter[]
  readonly #failed: (error: unknown) => void
  #count = 0
  #broken = false

  /** @param failed told once when the recording had to be given up */
  constructor(writers: readonly CaptureWriter[], failed: (error: unknown) => void) {
    this.#writers = writers
    this.#failed = failed
  }

  begin(method: string, headers: IncomingHttpHeaders, taskOf: TaskOf): RecordedExchange {
    return new RecordedExchange(this, { n: this.nextExchange(), method, headers, taskOf })
  }

  /** The number of the next exchange, the client's or ours. */
  nextExchange(): number {
    this.#count += 1
    return this.#count
  }

  frame(dir: Direction, msg: unknown, http: JsonRecord): void {
    const injected = dir === 'dbg2s' || dir === 's2dbg'
    const frame = { dir, transport: 'http', http, ...(msg === undefined ? {} : { msg }) } as const
    this.#write((writer) => writer.frame(injected ? { ...frame, injected } : frame))
  }

  side(kind: string, fields: JsonRecord): void {
    this.#write((writer) => writer.side(kind, { transport: 'http', ...fields }))
  }

  /** What cannot be written ends the writing, never the passing. */
  #write(write: (writer: CaptureWriter) => void): void {
    if (this.#broken) return
    try {
      for (const writer of this.#writers) write(writer)
    } catch (error) {
      this.#broken = true
      this.#failed(error)
    }
  }
}

interface ExchangeBegin {
  readonly n: number
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly taskOf: TaskOf
}

/** Takes copies of what passes, and says whose it is. */
export class RecordedExchange {
  readonly #to: ExchangeRecorder
  readonly #n: number
  readonly #taskOf: TaskOf
  readonly request: BodyCopy
  #lastEventId: string | undefined

  constructor(to: ExchangeRecorder, { n, method, headers, taskOf }: ExchangeBegin) {
    this.#to = to
    this.#n = n
    this.#taskOf = taskOf
    const http = { method, headers, n }
    this.request = new WholeBody(undefined, (text) => {
      if (method === 'GET') to.side('http-get', { dir: 'c2s', http })
      else if (method === 'DELETE') to.side('http-delete', { dir: 'c2s', http })
      else return this.#message('c2s', text, http)
      return undefined
    })
  }

  /** The last one that the answer's stream has given. */
  get lastEventId(): string | undefined {
    return this.#lastEventId
  }

  /** The answer has begun, in one body. @returns what takes a copy of it */
  body(status: number, headers: IncomingHttpHeaders): BodyCopy {
    const http = { status, headers, n: this.#n }
    return new WholeBody(headers['content-encoding'], (text) => {
      if (text !== '') return this.#message('s2c', text, http)
      this.#to.frame('s2c', undefined, http)
      return undefined
    })
  }

  /** The answer has begun, as a stream of events. @returns what takes a copy of it */
  stream(status: number, headers: IncomingHttpHeaders): BodyCopy {
    this.#to.side('http-stream-open', { http: { status, headers, n: this.#n } })
    const splitter = new SseSplitter()
    const copy = {
      push: (chunk: Uint8Array) => {
        let task: string | undefined
        for (const event of splitter.push(chunk)) task = this.#event(event) ?? task
        return task
      },
      end: () => {
        this.#to.side('http-stream-close', { http: { n: this.#n } })
        return undefined
      },
    }
    const decoder = streamDecoder(headers['content-encoding'])
    if (decoder === undefined) return copy
    decoder.on('data', (chunk: Buffer) => copy.push(chunk))
    decoder.on('end', () => copy.end())
    decoder.on('error', () => copy.end())
    return {
      push: (chunk) => {
        decoder.write(chunk)
        return undefined
      },
      end: () => {
        decoder.end()
        return undefined
      },
    }
  }

  /** A message of the server that came elsewhere passes in this exchange's stream. @returns its task */
  carried(message: unknown): string | undefined {
    this.#to.frame('s2c', message, { n: this.#n, sse: true })
    return this.#taskOf('s2c', message)
  }

  clientLeft(): void {
    this.#to.side('http-client-disconnect', { http: { n: this.#n } })
  }

  upstreamFailed(why: string): void {
    this.#to.side('http-upstream-aborted', { http: { n: this.#n }, text: why })
  }

  #event(event: SseEvent): string | undefined {
    const n = this.#n
    if (event.kind === 'comment') this.#to.side('sse-comment', { text: event.text, http: { n } })
    else if (event.kind === 'overlong') this.#to.side('rpc-unparsed', { dir: 's2c', text: '', bytes: event.bytes })
    else {
      this.#lastEventId = event.id ?? this.#lastEventId
      const http = { n, sse: true, ...(event.id === undefined ? {} : { sseId: event.id }) }
      const msg = hasNoMessage(event) ? undefined : parseMessages(event.data)
      if (msg === undefined) this.#to.side('sse-event', { raw: event.data.slice(0, evidenceLength), http })
      else {
        this.#to.frame('s2c', msg, http)
        return this.#taskOf('s2c', msg)
      }
    }
    return undefined
  }

  #message(dir: 'c2s' | 's2c', text: string | undefined, http: JsonRecord): string | undefined {
    const msg = text === undefined ? undefined : parseMessages(text)
    if (msg !== undefined) {
      this.#to.frame(dir, msg, http)
      return this.#taskOf(dir, msg)
    }
    const evidence = { dir, http, text: (text ?? '').slice(0, evidenceLength) }
    this.#to.side(dir === 's2c' ? 'http-response' : 'rpc-unparsed', evidence)
    return undefined
  }
}
