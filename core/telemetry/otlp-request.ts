/**
 * Spans or metrics as one OTLP request, by OpenTelemetry's own serializers
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request).
 */
import type { SpanContext } from '@opentelemetry/api'
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
import type { Mutable } from '../model/mutable.ts'
import type { Attributes, SpanData, SpanEventData, SpanKindName, SpanLinkData } from '../model/span.ts'
import { attributeNames, lifecycleScope } from './attribute-names.ts'
import type { PartialSuccess } from './collector-answer.ts'
import { hrTime } from './hr-time.ts'
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

const plainStatus: Readonly<Record<SpanData['status']['code'], ReadableSpan['status']>> = {
  unset: { code: SpanStatusCode.UNSET },
  ok: { code: SpanStatusCode.OK },
  error: { code: SpanStatusCode.ERROR },
}

const nothing: never[] = []

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
        ? spans.serializeRequest(readables(payload.spans, resource))
        : metrics.serializeRequest(
            resourceMetrics(payload.metrics, payload.resource === undefined ? resource : resourceOf(payload.resource)),
          )
    if (bytes === undefined) throw new Error('the OTLP serializer returned nothing')
    return bytes as Uint8Array<ArrayBuffer>
  }
}

function readables(spans: readonly SpanData[], resource: Resource): ReadableSpan[] {
  const scopeOf = sameScopes()
  return spans.map((span) => readable(span, resource, scopeOf))
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

/** What a serializer wants to see. It compares scopes by identity: equal ones must be one object, else each goes apart. */
function readable(span: SpanData, resource: Resource, scopeOf: ScopeOf): ReadableSpan {
  const { traceId, parentSpanId, status } = span
  const context: SpanContext = { traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED }
  const view: Mutable<ReadableSpan> = {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => context,
    startTime: hrTime(span.start),
    endTime: hrTime(span.end),
    duration: hrTime(span.end - span.start),
    ended: true,
    status:
      status.message === undefined
        ? plainStatus[status.code]
        : { ...plainStatus[status.code], message: status.message },
    attributes: span.attributes as ReadableSpan['attributes'],
    events: span.events.length === 0 ? nothing : span.events.map(timedEvent),
    links: span.links.length === 0 ? nothing : span.links.map(link),
    resource,
    instrumentationScope: scopeOf(span.scope ?? lifecycleScope),
    droppedAttributesCount: 0,
    droppedEventsCount: Number(span.attributes[attributeNames.droppedEvents] ?? 0),
    droppedLinksCount: 0,
  }
  if (parentSpanId !== undefined)
    view.parentSpanContext = { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED }
  return view
}

function timedEvent(event: SpanEventData): ReadableSpan['events'][number] {
  return {
    name: event.name,
    time: hrTime(event.at),
    attributes: (event.attributes ?? {}) as ReadableSpan['attributes'],
    droppedAttributesCount: 0,
  }
}

function link(to: SpanLinkData): ReadableSpan['links'][number] {
  return {
    context: { traceId: to.traceId, spanId: to.spanId, traceFlags: TraceFlags.SAMPLED },
    attributes: (to.attributes ?? {}) as ReadableSpan['attributes'],
  }
}

type Scope = NonNullable<SpanData['scope']>
type ScopeOf = (scope: Scope) => Scope

/** Gives equal scopes of one request the same object. */
function sameScopes(): ScopeOf {
  const known = new Map<string, Scope>()
  return (scope) => {
    const name = `${scope.name}\n${scope.version ?? ''}`
    const first = known.get(name)
    if (first === undefined) known.set(name, scope)
    return first ?? scope
  }
}
