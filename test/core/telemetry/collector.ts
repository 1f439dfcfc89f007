/**
 * A collector for tests: a real HTTP endpoint that decodes what it gets with the protobuf code that OpenTelemetry
 * generated from its official `.proto` files, and that can misbehave on demand.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeSpans, partialAnswer, type ReceivedSpan } from '../../support/collector/decode-request.ts'

export type { ReceivedSpan } from '../../support/collector/decode-request.ts'

export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** None in a request with metrics. */
  readonly spans: readonly ReceivedSpan[]
}

/** Answers one request; without one every request is taken with an empty answer, as a collector does. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest, count: number) => void

export interface Collector {
  /** `http://127.0.0.1:<port>` */
  readonly base: string
  readonly requests: readonly ReceivedRequest[]
  spans(): readonly ReceivedSpan[]
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

export async function startCollector(): Promise<Collector> {
  const requests: ReceivedRequest[] = []
  let behaviour: Behaviour = take
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const path = incoming.url ?? ''
      const body = contentOf(incoming, Buffer.concat(chunks))
      const request = { path, headers: incoming.headers, spans: path.endsWith('/metrics') ? [] : decodeSpans(body) }
      requests.push(request)
      behaviour(response, request, requests.length)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}`,
    requests,
    spans: () => requests.flatMap((request) => request.spans),
    behave(next) {
      behaviour = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function contentOf(request: IncomingMessage, body: Buffer): Buffer {
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

/** Takes the spans, with OTLP's partial success where wanted. */
export function take(response: ServerResponse, _request?: unknown, _count?: number): void {
  answerPartly(response, 0, '')
}

export function answerPartly(response: ServerResponse, rejectedSpans: number, errorMessage: string): void {
  const body = partialAnswer(rejectedSpans, errorMessage)
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(body)
}
