/** Span facts in OpenTelemetry's terms, as plain data (https://opentelemetry.io/docs/specs/otel/trace/api/). */

export interface TraceIds {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits: the span of this task. */
  readonly spanId: string
  readonly parentSpanId?: string
}

export type AttributeValue = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[]

export type Attributes = Readonly<Record<string, AttributeValue>>

export interface SpanEventData {
  readonly name: string
  /** Milliseconds since the Unix epoch with a fraction. */
  readonly at: number
  readonly attributes?: Attributes
}

export interface SpanLinkData {
  readonly traceId: string
  readonly spanId: string
  readonly attributes?: Attributes
}

export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** One ended span. Times are milliseconds since the Unix epoch with a fraction. */
export interface SpanData extends TraceIds {
  readonly name: string
  readonly kind: SpanKindName
  readonly start: number
  readonly end: number
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message?: string }
  readonly attributes: Attributes
  readonly events: readonly SpanEventData[]
  readonly links: readonly SpanLinkData[]
  /** Instrumentation scope. */
  readonly scope?: { readonly name: string; readonly version?: string }
  /** Of a span that came over OTLP: the service that sent it, as it names itself. */
  readonly service?: string
}

/** A span that may still be open. */
export type OpenSpanData = Omit<SpanData, 'end'> & { readonly end?: number }
