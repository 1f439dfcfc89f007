import { assertNever } from '../model/assert.ts'
import type { Compression, ExportProtocol } from '../model/chosen-export.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { Attributes } from '../model/span.ts'
import { createOtlpFileSender } from './otlp-file-sender.ts'
import { createOtlpGrpcSender } from './otlp-grpc-sender.ts'
import { createOtlpHttpSender, type Fetch } from './otlp-http-sender.ts'
import type { OtlpSender } from './otlp-payload.ts'
import { createTlsFetch } from './tls-fetch.ts'
import type { TlsFiles } from './tls-files.ts'

export interface SenderOptions {
  /** A traces URL, a gRPC endpoint or a file, as the protocol wants it. */
  readonly endpoint: string
  readonly metricsEndpoint?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Attributes
  /** `http/protobuf` by default. */
  readonly protocol?: ExportProtocol
  readonly compression?: Compression
  /** For one request with its answer, milliseconds; 10 000 as OpenTelemetry says. */
  readonly timeoutMs?: number
  readonly clock: Clock
  readonly timers: Timers
  /** Certificates for https endpoints. */
  readonly tls?: TlsFiles | undefined
  readonly fetch?: Fetch
}

/** The sender of a protocol. */
export function createSender(options: SenderOptions): OtlpSender {
  const all = { ...options, compression: options.compression ?? 'none', timeoutMs: options.timeoutMs ?? 10_000 }
  const overTls = options.tls === undefined ? undefined : createTlsFetch(options.tls)
  const fetch: Fetch =
    options.fetch ??
    ((url, init) => (url.startsWith('https:') && overTls !== undefined ? overTls : globalThis.fetch)(url, init))
  const protocol = options.protocol ?? 'http/protobuf'
  switch (protocol) {
    case 'http/protobuf':
      return createOtlpHttpSender({ ...all, fetch, format: 'protobuf' })
    case 'http/json':
      return createOtlpHttpSender({ ...all, fetch, format: 'json' })
    case 'grpc':
      return createOtlpGrpcSender(all)
    case 'file':
      return createOtlpFileSender(all)
    default:
      return assertNever(protocol)
  }
}
