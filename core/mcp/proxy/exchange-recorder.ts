/** Writes HTTP exchanges of MCP as capture lines: bodies, streams and their ends, each tied to its exchange by `n`. */
import type { IncomingHttpHeaders } from 'node:http'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { CaptureWriter } from '../wire/capture-writer.ts'
import type { Direction } from '../wire/frame.ts'
import { isRecord, type JsonRecord } from '../wire/json-record.ts'
import { type SseEvent, SseSplitter } from '../wire/sse.ts'

/** A body that is larger is passed on, but not read. */
const maxBodyBytes = 64 * 1024 * 1024
const evidenceLength = 4096

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

  begin(method: string, headers: IncomingHttpHeaders): RecordedExchange {
    this.#count += 1
    return new RecordedExchange(this, this.#count, method, headers)
  }

  frame(dir: Direction, msg: unknown, http: JsonRecord): void {
    const frame = { dir, transport: 'http', http, ...(msg === undefined ? {} : { msg }) } as const
    this.#write((writer) => writer.frame(frame))
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

/** Takes a copy of what passes; each piece after it has been handed on. */
export class RecordedExchange {
  readonly #to: ExchangeRecorder
  readonly #n: number
  readonly #request: Body

  constructor(to: ExchangeRecorder, n: number, method: string, headers: IncomingHttpHeaders) {
    this.#to = to
    this.#n = n
    const http = { method, headers, n }
    this.#request = new Body((text) => {
      if (method === 'GET') to.side('http-get', { dir: 'c2s', http })
      else if (method === 'DELETE') to.side('http-delete', { dir: 'c2s', http })
      else this.#message('c2s', text, http)
    })
  }

  requestPart(chunk: Uint8Array): void {
    this.#request.push(chunk)
  }

  requestEnd(): void {
    this.#request.end()
  }

  /** The answer has begun. @returns what takes a copy of its body */
  respond(status: number, headers: IncomingHttpHeaders): ResponseCopy {
    const http = { status, headers, n: this.#n }
    const decoder = decoderOf(headers['content-encoding'])
    const copy = (headers['content-type'] ?? '').includes('text/event-stream')
      ? this.#stream(http)
      : new Body((text) => this.#body(text, http))
    if (decoder === undefined) return copy
    decoder.on('data', (chunk: Buffer) => copy.push(chunk))
    decoder.on('end', () => copy.end())
    decoder.on('error', () => copy.end())
    return { push: (chunk) => void decoder.write(chunk), end: () => void decoder.end() }
  }

  clientLeft(): void {
    this.#to.side('http-client-disconnect', { http: { n: this.#n } })
  }

  upstreamFailed(why: string): void {
    this.#to.side('http-upstream-aborted', { http: { n: this.#n }, text: why })
  }

  #body(text: string | undefined, http: JsonRecord): void {
    if (text === '') this.#to.frame('s2c', undefined, http)
    else this.#message('s2c', text, http)
  }

  #stream(http: JsonRecord): ResponseCopy {
    const splitter = new SseSplitter()
    const n = this.#n
    this.#to.side('http-stream-open', { http })
    return {
      push: (chunk) => {
        for (const event of splitter.push(chunk)) this.#event(event)
      },
      end: () => this.#to.side('http-stream-close', { http: { n } }),
    }
  }

  #event(event: SseEvent): void {
    const n = this.#n
    if (event.kind === 'comment') this.#to.side('sse-comment', { text: event.text, http: { n } })
    else if (event.kind === 'overlong') this.#to.side('rpc-unparsed', { dir: 's2c', text: '', bytes: event.bytes })
    else {
      const http = { n, sse: true, ...(event.id === undefined ? {} : { sseId: event.id }) }
      const msg = parse(event.data)
      if (msg === undefined) this.#to.side('sse-event', { raw: event.data.slice(0, evidenceLength), http })
      else this.#to.frame('s2c', msg, http)
    }
  }

  #message(dir: Direction, text: string | undefined, http: JsonRecord): void {
    const msg = text === undefined ? undefined : parse(text)
    if (msg !== undefined) this.#to.frame(dir, msg, http)
    else if (dir === 's2c') this.#to.side('http-response', { dir, http, text: (text ?? '').slice(0, evidenceLength) })
    else this.#to.side('rpc-unparsed', { dir, http, text: (text ?? '').slice(0, evidenceLength) })
  }
}

export interface ResponseCopy {
  push(chunk: Uint8Array): void
  end(): void
}

/** Gathers a body; gives `undefined` when it was too large to be kept. */
class Body implements ResponseCopy {
  readonly #done: (text: string | undefined) => void
  #parts: Uint8Array[] | undefined = []
  #bytes = 0
  #ended = false

  constructor(done: (text: string | undefined) => void) {
    this.#done = done
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length
    if (this.#bytes > maxBodyBytes) this.#parts = undefined
    this.#parts?.push(chunk)
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#done(this.#parts === undefined ? undefined : Buffer.concat(this.#parts).toString('utf8'))
    this.#parts = undefined
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) || Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function decoderOf(encoding: string | undefined) {
  switch (encoding) {
    case 'gzip':
      return createGunzip()
    case 'br':
      return createBrotliDecompress()
    case 'deflate':
      return createInflate()
    default:
      return undefined
  }
}
