/** OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc). The path of the endpoint has no meaning there. */
import type { Compression } from '../model/chosen-export.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { Attributes } from '../model/span.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import { excerpt, refusedStatus, takenAnswer } from './collector-answer.ts'
import { parseTarget } from './collector-target.ts'
import { createGrpcChannel, type GrpcReply } from './grpc-call.ts'
import { judgeStatus } from './grpc-status.ts'
import type { OtlpPayload, OtlpSender } from './otlp-payload.ts'
import { createRequestEncoder, readAnswer } from './otlp-request.ts'
import { askInTime } from './request-deadline.ts'
import type { TlsFiles } from './tls-files.ts'

export interface OtlpGrpcOptions {
  /** `http://host:4317`, or https. */
  readonly endpoint: string
  /** Sent as gRPC metadata. */
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Attributes
  readonly compression: Compression
  readonly timeoutMs: number
  readonly tls?: TlsFiles | undefined
  readonly clock: Clock
  readonly timers: Timers
}

const paths: Readonly<Record<OtlpPayload['kind'], string>> = {
  spans: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}

export function createOtlpGrpcSender(options: OtlpGrpcOptions): OtlpSender {
  const { clock, timers, timeoutMs, compression } = options
  const encode = createRequestEncoder(options.resource, 'protobuf')
  const target = parseTarget(options.endpoint, options.headers)
  const channel = typeof target === 'string' ? undefined : createGrpcChannel(target.url.origin, options.tls)

  async function send(payload: OtlpPayload, signal?: AbortSignal): Promise<CollectorAnswer> {
    if (typeof target === 'string' || channel === undefined) return { kind: 'refused', text: String(target) }
    let message: Uint8Array
    try {
      message = encode(payload)
    } catch (error) {
      return { kind: 'refused', text: `the spans cannot be written as OTLP: ${excerpt(String(error))}` }
    }
    return askInTime({ target, timers, timeoutMs, outer: signal }, async (deadline) => {
      const reply = await channel.call({
        path: paths[payload.kind],
        message,
        headers: Object.fromEntries(target.headers),
        gzip: compression === 'gzip',
        timeoutMs,
        signal: deadline,
      })
      return judge(reply, payload)
    })
  }

  function judge(reply: GrpcReply, payload: OtlpPayload): CollectorAnswer {
    if (reply.kind === 'http') {
      const headers = { get: (name: string) => textOf(reply.headers[name]) ?? null }
      return refusedStatus(reply.status, reply.body, headers, clock.now(), 'grpc')
    }
    if (reply.status !== 0) {
      const { headers } = reply
      return judgeStatus(reply.status, textOf(headers['grpc-message']), textOf(headers['grpc-status-details-bin']))
    }
    try {
      return takenAnswer('OK', 200, payload, readAnswer(reply.message, 'protobuf', payload.kind))
    } catch {
      // The status says that it took them; sending them again would double them.
      return { ...takenAnswer('OK', 200, payload), unread: true }
    }
  }

  return {
    shownEndpoint: typeof target === 'string' ? '' : target.url.origin,
    send,
    close: () => channel?.close(),
  }
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
