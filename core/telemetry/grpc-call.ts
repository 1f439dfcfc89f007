/**
 * One unary gRPC call over HTTP/2 (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). The messages are
 * OpenTelemetry's own bytes and retrying is the exporter's, so nothing more of gRPC is needed here.
 */
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { TlsFiles } from './tls-files.ts'

export interface GrpcCall {
  /** `/package.Service/Method` */
  readonly path: string
  readonly message: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly gzip: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** `status` is that of HTTP when the answer is not one of gRPC. */
export type GrpcReply =
  | {
      readonly kind: 'grpc'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly message: Uint8Array
    }
  | { readonly kind: 'http'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

export interface GrpcChannel {
  /** Rejects when there was no whole answer. */
  call(call: GrpcCall): Promise<GrpcReply>
  close(): void
}

/** An answer longer than this is not an OTLP answer, bytes. */
const maxAnswerBytes = 65_536
const prefixLength = 5

const gzipped = promisify(gzip)
const gunzipped = promisify(gunzip)

/** Opens one connection to `authority` (an http or https URL) when it is needed, and keeps it while it is good. */
export function createGrpcChannel(authority: string, tls: TlsFiles = {}): GrpcChannel {
  let session: ClientHttp2Session | undefined

  function open(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    const opened = connect(authority, tls)
    const forget = () => {
      if (session === opened) session = undefined
    }
    // The calls under way hear of it themselves.
    opened.on('error', forget)
    opened.on('goaway', forget)
    opened.on('close', forget)
    opened.unref()
    session = opened
    return opened
  }

  async function call(request: GrpcCall): Promise<GrpcReply> {
    const body = await frame(request.message, request.gzip)
    request.signal.throwIfAborted()
    const opened = open()
    const { headers, trailers, bytes } = await exchange(opened, request, body)
    const httpStatus = headers[constants.HTTP2_HEADER_STATUS]
    const status = httpStatus === undefined ? undefined : Number(httpStatus)
    const grpcStatus = trailers['grpc-status'] ?? headers['grpc-status']
    if (grpcStatus === undefined) {
      if (status !== undefined && status !== 200)
        return { kind: 'http', status, headers, body: new TextDecoder().decode(bytes) }
      throw new Error('the answer was cut off')
    }
    const message = await unframe(bytes)
    return { kind: 'grpc', status: Number(grpcStatus), headers: { ...headers, ...trailers }, message }
  }

  return {
    call,
    close() {
      session?.destroy()
      session = undefined
    },
  }
}

interface Exchange {
  readonly headers: IncomingHttpHeaders
  readonly trailers: IncomingHttpHeaders
  readonly bytes: Uint8Array
}

function exchange(session: ClientHttp2Session, request: GrpcCall, body: Uint8Array): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ...request.headers,
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: request.path,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
      'grpc-timeout': `${Math.ceil(request.timeoutMs)}m`,
      'grpc-accept-encoding': 'identity,gzip',
      ...(request.gzip && { 'grpc-encoding': 'gzip' }),
    })
    let headers: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    let size = 0
    let failure: unknown
    const giveUp = () => {
      // A connection on which nothing comes back may be dead: the next call opens another.
      session.destroy()
      stream.destroy(new Error('given up'))
    }
    const sessionFailed = (error: unknown) => {
      failure ??= error
    }
    session.on('error', sessionFailed)
    request.signal.addEventListener('abort', giveUp)
    stream.on('response', (received) => {
      headers = received
    })
    stream.on('trailers', (received) => {
      trailers = received
    })
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxAnswerBytes) stream.close(constants.NGHTTP2_CANCEL)
    })
    stream.on('error', (error) => {
      failure ??= error
    })
    stream.on('close', () => {
      session.off('error', sessionFailed)
      request.signal.removeEventListener('abort', giveUp)
      if (failure !== undefined && trailers['grpc-status'] === undefined) reject(failure)
      else resolve({ headers, trailers, bytes: Buffer.concat(chunks) })
    })
    stream.end(body)
  })
}

/** One byte that says whether it is compressed, four for the length, then the message. */
async function frame(message: Uint8Array, compressed: boolean): Promise<Uint8Array> {
  const content = compressed ? await gzipped(message) : message
  const framed = Buffer.allocUnsafe(prefixLength + content.length)
  framed.writeUInt8(compressed ? 1 : 0, 0)
  framed.writeUInt32BE(content.length, 1)
  framed.set(content, prefixLength)
  return framed
}

async function unframe(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length < prefixLength) return new Uint8Array()
  const framed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const content = framed.subarray(prefixLength, prefixLength + framed.readUInt32BE(1))
  return framed[0] === 1 ? gunzipped(content) : content
}
