/**
 * Spans or metrics as one OTLP request, by OpenTelemetry's own serializers
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request).
 */
import type { HrTime, SpanContext } from '@opentelemetry/api'
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import {
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Attributes, SpanData, SpanKindName } from '../model/span.ts'
import { lifecycleScope } from './attribute-names.ts'
import type { PartialSuccess } from './collector-answer.ts'
import { resourceMetrics } from './metric-request.ts'
import type { OtlpPayload } from './otlp-payload.ts'

export type OtlpFormat = 'protobuf' | 'json'

const serializers = {
  protobuf: { spans: ProtobufTraceSerializer, metrics: ProtobufMetricsSerializer },
  json: { spans: JsonTraceSerializer, metrics: JsonMetricsSerializer },
} as const

const kinds: Readonly<Record<SpanKindName, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

const statusCodes: Readonly<Record<SpanData['status']['code'], SpanStatusCode>> = {
  unset: SpanStatusCode.UNSET,
  ok: SpanStatusCode.OK,
  error: SpanStatusCode.ERROR,
}

/** Makes the bodies of requests of one resource (service name, version, …). */
export function createRequestEncoder(
  attributes: Attributes,
  format: OtlpFormat,
): (payload: OtlpPayload) => Uint8Array<ArrayBuffer> {
  const resource = resourceOf(attributes)
  const { spans, metrics } = serializers[format]
  return (payload) => {
    const bytes =
      payload.kind === 'spans'
        ? spans.serializeRequest(payload.spans.map((span) => readable(span, resource)))
        : metrics.serializeRequest(
            resourceMetrics(payload.metrics, payload.resource === undefined ? resource : resourceOf(payload.resource)),
          )
    if (bytes === undefined) throw new Error('the OTLP serializer returned nothing')
    return bytes as Uint8Array<ArrayBuffer>
  }
}

function resourceOf(attributes: Attributes): Resource {
  return resourceFromAttributes({ ...attributes } as Parameters<typeof resourceFromAttributes>[0])
}

/** Reads the body of a successful answer. Throws when it is not an OTLP answer. */
export function readAnswer(body: Uint8Array, format: OtlpFormat, kind: OtlpPayload['kind']): PartialSuccess {
  const answer: unknown =
    format === 'json'
      ? JSON.parse(new TextDecoder().decode(body))
      : serializers.protobuf[kind].deserializeResponse(body)
  if (typeof answer !== 'object' || answer === null) throw new Error('the answer is no object')
  const { partialSuccess } = answer as { readonly partialSuccess?: Readonly<Record<string, unknown>> | null }
  const rejected = Number(partialSuccess?.[kind === 'spans' ? 'rejectedSpans' : 'rejectedDataPoints'] ?? 0)
  const message = partialSuccess?.errorMessage
  return {
    rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
    message: typeof message === 'string' && message !== '' ? message : undefined,
  }
}

/** Milliseconds with a fraction as OpenTelemetry's pair of seconds and nanoseconds. */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  const nanos = Math.round((ms - seconds * 1000) * 1e6)
  return nanos < 1e9 ? [seconds, nanos] : [seconds + 1, 0]
}

function readable(span: SpanData, resource: Resource): ReadableSpan {
  const context: SpanContext = { traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED }
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => context,
    ...(span.parentSpanId !== undefined && {
      parentSpanContext: { traceId: span.traceId, spanId: span.parentSpanId, traceFlags: TraceFlags.SAMPLED },
    }),
    startTime: hrTime(span.start),
    endTime: hrTime(span.end),
    duration: hrTime(span.end - span.start),
    ended: true,
    status: {
      code: statusCodes[span.status.code],
      ...(span.status.message !== undefined && { message: span.status.message }),
    },
    attributes: span.attributes as ReadableSpan['attributes'],
    events: span.events.map((event) => ({
      name: event.name,
      time: hrTime(event.at),
      attributes: (event.attributes ?? {}) as ReadableSpan['attributes'],
      droppedAttributesCount: 0,
    })),
    links: span.links.map((link) => ({
      context: { traceId: link.traceId, spanId: link.spanId, traceFlags: TraceFlags.SAMPLED },
      attributes: (link.attributes ?? {}) as ReadableSpan['attributes'],
    })),
    resource,
    instrumentationScope: span.scope ?? lifecycleScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}
