/** What a program of somebody else's sends: spans of the real SDK, written by OpenTelemetry's own serializers. */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace'

export type Encoding = 'protobuf' | 'json'

export const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
export const taskSpanId = '00f067aa0ba902b7'

/** Ends two spans below a task's span, the inner one first as programs do: `query`, then `handle`. */
export function serverSpans(
  resource: Readonly<Record<string, string>> = { 'service.name': 'docs-server' },
): ReadableSpan[] {
  const ended: ReadableSpan[] = []
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ ...resource }),
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => void ended.push(span),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  })
  const tracer = provider.getTracer('docs', '2.1.0')
  const caller = trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: taskSpanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  })
  const handle = tracer.startSpan('handle', { kind: SpanKind.SERVER, attributes: { 'rpc.method': 'search' } }, caller)
  const query = tracer.startSpan(
    'query',
    { kind: SpanKind.CLIENT, attributes: { rows: 42, ratio: 0.5, cached: false, tables: ['a', 'b'] } },
    trace.setSpan(caller, handle),
  )
  query.addEvent('page', { number: 1 })
  query.setStatus({ code: SpanStatusCode.ERROR, message: 'table locked' })
  query.end()
  handle.end()
  return ended
}

export function spansBody(spans: ReadableSpan[], encoding: Encoding): Uint8Array<ArrayBuffer> {
  const serializer = encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer
  return bytesOf(serializer.serializeRequest(spans))
}

/** One record of the span `spanId`, or of no trace at all. */
export function logsBody(
  encoding: Encoding,
  text: string,
  of: { readonly traceId: string; readonly spanId: string } | undefined,
): Uint8Array<ArrayBuffer> {
  const record = {
    hrTime: [1_800_000_000, 250_000_000],
    hrTimeObserved: [1_800_000_001, 0],
    severityNumber: 13,
    severityText: 'WARN',
    body: text,
    attributes: { shard: 3 },
    resource: resourceFromAttributes({ 'service.name': 'docs-server' }),
    instrumentationScope: { name: 'docs' },
    droppedAttributesCount: 0,
    ...(of !== undefined && { spanContext: { ...of, traceFlags: TraceFlags.SAMPLED } }),
  }
  const serializer = encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer
  return bytesOf(
    serializer.serializeRequest([record as unknown as Parameters<typeof serializer.serializeRequest>[0][0]]),
  )
}

function bytesOf(bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  if (bytes === undefined) throw new Error('the serializer returned nothing')
  return bytes as Uint8Array<ArrayBuffer>
}
