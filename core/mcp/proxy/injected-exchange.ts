/** One request of ours to the server behind an HTTP proxy, and everything that comes back on it. */
import type { ClientRequest, IncomingMessage } from 'node:http'
import { SseSplitter } from '../wire/sse.ts'
import { openUpstream } from './upstream.ts'

export interface InjectedExchangeOptions {
  readonly target: URL
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** A message came, as the text of its JSON. */
  readonly message: (json: string, status: number) => void
  /** Nothing more will come; with why, when that was not how it should end. */
  readonly over: (problem: string | undefined) => void
}

/** An answer that is larger is not read. */
const maxAnswerBytes = 64 * 1024 * 1024

export function startInjectedExchange(options: InjectedExchangeOptions): ClientRequest {
  const { target, path, headers, body, over } = options
  const length = String(Buffer.byteLength(body))
  const all = { ...headers, host: target.host, 'content-length': length }
  const request = openUpstream(target, { method: 'POST', path, headers: all })
  let finished = false
  const finish = (problem: string | undefined) => {
    if (finished) return
    finished = true
    over(problem)
  }
  request.once('response', (answer) => {
    const reader = readerOf(answer, options)
    answer.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) request.destroy(new Error('its answer is too large'))
    })
    answer.once('end', () => {
      reader.end()
      const status = answer.statusCode ?? 0
      finish(status >= 400 ? `HTTP ${status}` : undefined)
    })
    answer.once('close', () => finish('the server broke off its answer'))
    answer.on('error', () => undefined)
  })
  request.on('error', (error) => finish(error.message))
  request.end(body)
  return request
}

interface AnswerReader {
  /** @returns whether it can go on */
  push(chunk: Uint8Array): boolean
  end(): void
}

function readerOf(answer: IncomingMessage, { message }: InjectedExchangeOptions): AnswerReader {
  const status = answer.statusCode ?? 0
  if ((answer.headers['content-type'] ?? '').includes('text/event-stream')) {
    const splitter = new SseSplitter()
    return {
      push(chunk) {
        for (const event of splitter.push(chunk)) if (event.kind === 'event') message(event.data, status)
        return true
      },
      end: () => undefined,
    }
  }
  const parts: Uint8Array[] = []
  let bytes = 0
  return {
    push(chunk) {
      parts.push(chunk)
      bytes += chunk.length
      return bytes <= maxAnswerBytes
    },
    end: () => message(Buffer.concat(parts).toString('utf8'), status),
  }
}
