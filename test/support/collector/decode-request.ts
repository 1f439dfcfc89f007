/** Reads OTLP requests with the protobuf code that OpenTelemetry generated from its official `.proto` files. */
import root from 'opentelemetry-proto/build/src/generated/root.js'

/** A span as it came over the wire, in the shapes that tests compare. Times in milliseconds since the epoch. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: string
  readonly start: number
  readonly end: number
  readonly status: { readonly code: string; readonly message: string }
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly {
    readonly name: string
    readonly at: number
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly scope: string
  readonly resource: Readonly<Record<string, unknown>>
}

/** The few parts of the generated code that are used here; its own types are an untyped root. */
interface TraceProto {
  readonly collector: {
    readonly metrics: {
      readonly v1: {
        readonly ExportMetricsServiceRequest: {
          decode(bytes: Uint8Array): object
          toObject(message: object, options: object): WireMetrics
        }
      }
    }
    readonly trace: {
      readonly v1: {
        readonly ExportTraceServiceRequest: {
          decode(bytes: Uint8Array): object
          toObject(message: object, options: object): WireRequest
        }
        readonly ExportTraceServiceResponse: { encode(message: object): { finish(): Uint8Array } }
      }
    }
  }
}

const proto = (root as unknown as { readonly opentelemetry: { readonly proto: TraceProto } }).opentelemetry.proto

interface WireMetrics {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[]
  }[]
}
interface WireValue {
  readonly value?: string
  readonly [kind: string]: unknown
}
interface WireAttribute {
  readonly key: string
  readonly value: WireValue
}
interface WireSpan {
  readonly traceId: Buffer
  readonly spanId: Buffer
  readonly parentSpanId: Buffer
  readonly name: string
  readonly kind: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly WireAttribute[]
  readonly events: readonly {
    readonly name: string
    readonly timeUnixNano: string
    readonly attributes: readonly WireAttribute[]
  }[]
  readonly links: readonly { readonly traceId: Buffer; readonly spanId: Buffer }[]
  readonly status: { readonly code: string; readonly message: string } | null
}
interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] }
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly WireSpan[] }[]
  }[]
}

/** The answer to a request of which some spans were not kept, in protobuf. */
export function partialAnswer(rejectedSpans: number, errorMessage: string): Uint8Array {
  const partialSuccess = rejectedSpans > 0 || errorMessage !== '' ? { rejectedSpans, errorMessage } : null
  return proto.collector.trace.v1.ExportTraceServiceResponse.encode({ partialSuccess }).finish()
}

export interface JsonSpan {
  readonly spanId: string
  readonly name: string
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[]
}

/** The spans of one JSON request: the same shapes, with ids in hexadecimal. */
export function decodeJsonSpans(text: string): readonly JsonSpan[] {
  const request = JSON.parse(text) as {
    readonly resourceSpans: readonly {
      readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[]
    }[]
  }
  return request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

/** The names of the metrics in one protobuf request. */
export function decodeMetricNames(bytes: Uint8Array): readonly string[] {
  const { ExportMetricsServiceRequest } = proto.collector.metrics.v1
  const request = ExportMetricsServiceRequest.toObject(ExportMetricsServiceRequest.decode(bytes), { arrays: true })
  return request.resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  )
}

/** The spans of one protobuf request. */
export function decodeSpans(bytes: Uint8Array): readonly ReceivedSpan[] {
  const { ExportTraceServiceRequest } = proto.collector.trace.v1
  const options = { longs: String, enums: String, bytes: Buffer, defaults: true, arrays: true, oneofs: true }
  const request = ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(bytes), options)
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => received(span, scope.name, resource.attributes))),
  )
}

function received(span: WireSpan, scope: string, resource: readonly WireAttribute[]): ReceivedSpan {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    name: span.name,
    kind: span.kind.replace('SPAN_KIND_', '').toLowerCase(),
    start: milliseconds(span.startTimeUnixNano),
    end: milliseconds(span.endTimeUnixNano),
    status: {
      code: (span.status?.code ?? 'STATUS_CODE_UNSET').replace('STATUS_CODE_', '').toLowerCase(),
      message: span.status?.message ?? '',
    },
    attributes: plain(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      at: milliseconds(event.timeUnixNano),
      attributes: plain(event.attributes),
    })),
    links: span.links.map((link) => ({ traceId: hex(link.traceId), spanId: hex(link.spanId) })),
    scope,
    resource: plain(resource),
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function milliseconds(nanos: string): number {
  return Number(BigInt(nanos) / 1000n) / 1000
}

function plain(attributes: readonly WireAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value: WireValue): unknown {
  const kind = value.value ?? ''
  const held = value[kind]
  if (kind === 'intValue') return Number(held)
  if (kind === 'arrayValue') return (held as { readonly values: readonly WireValue[] }).values.map(plainValue)
  return held
}
