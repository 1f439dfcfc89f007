/**
 * Span data as one OTLP trace request, by OpenTelemetry's own serializer
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request).
 */
import type { HrTime, SpanContext } from '@opentelemetry/api'
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Attributes, SpanData, SpanKindName } from '../model/span.ts'
import { lifecycleScope } from './attribute-names.ts'

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
export function createRequestEncoder(attributes: Attributes): (spans: readonly SpanData[]) => Uint8Array<ArrayBuffer> {
  const resource = resourceFromAttributes({ ...attributes } as Parameters<typeof resourceFromAttributes>[0])
  return (spans) => {
    const bytes = ProtobufTraceSerializer.serializeRequest(spans.map((span) => readable(span, resource)))
    if (bytes === undefined) throw new Error('the OTLP serializer returned nothing')
    return bytes as Uint8Array<ArrayBuffer>
  }
}

/** What a collector says in the body of its answer to a request that it took. */
export interface TakenAnswer {
  /** Spans that it did not keep although it took the request. */
  readonly rejected: number
  readonly message: string | undefined
}

/** Reads the body of a successful answer. Throws when it is not an OTLP answer. */
export function readAnswer(body: Uint8Array): TakenAnswer {
  const { partialSuccess } = ProtobufTraceSerializer.deserializeResponse(body)
  const message = partialSuccess?.errorMessage
  return { rejected: Number(partialSuccess?.rejectedSpans ?? 0), message: message === '' ? undefined : message }
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
