/** A gRPC collector for tests: HTTP/2 by Node, messages by the official protobuf code. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import {
  decodeMetricNames,
  decodeSpans,
  partialAnswer,
  type ReceivedSpan,
} from '../../support/collector/decode-request.ts'

export interface GrpcRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly compressed: boolean
  readonly spans: readonly ReceivedSpan[]
  readonly metrics: readonly string[]
}

export type GrpcBehaviour = (stream: ServerHttp2Stream, request: GrpcRequest) => void

export interface GrpcCollector {
  readonly base: string
  readonly requests: readonly GrpcRequest[]
  readonly connections: number
  behave(behaviour: GrpcBehaviour): void
  close(): Promise<void>
}

export async function startGrpcCollector(): Promise<GrpcCollector> {
  const requests: GrpcRequest[] = []
  const sessions = new Set<ServerHttp2Session>()
  let connections = 0
  let behaviour: GrpcBehaviour = (stream) => answerOk(stream)
  const server = createServer()
  server.on('session', (session) => {
    connections += 1
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('error', () => undefined)
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const framed = Buffer.concat(chunks)
      const compressed = framed[0] === 1
      const message = compressed ? gunzipSync(framed.subarray(5)) : framed.subarray(5)
      const path = headers[':path'] ?? ''
      const spans = path.includes('TraceService') ? decodeSpans(message) : []
      const metrics = path.includes('MetricsService') ? decodeMetricNames(message) : []
      const request = { path, headers, compressed, spans, metrics }
      requests.push(request)
      behaviour(stream, request)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections
    },
    behave(next) {
      behaviour = next
    },
    async close() {
      for (const session of sessions) session.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export function answerOk(stream: ServerHttp2Stream, rejectedSpans = 0, errorMessage = ''): void {
  const message = partialAnswer(rejectedSpans, errorMessage)
  const framed = Buffer.alloc(5 + message.length)
  framed.writeUInt32BE(message.length, 1)
  framed.set(message, 5)
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(framed)
}

/** An answer without a message: the status comes with the headers. */
export function answerStatus(stream: ServerHttp2Stream, status: number, message: string, details?: Uint8Array): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(status),
      'grpc-message': encodeURIComponent(message),
      ...(details !== undefined && { 'grpc-status-details-bin': Buffer.from(details).toString('base64') }),
    },
    { endStream: true },
  )
}
