/**
 * Spans as one OTLP trace request in JSON, as collectors and viewers take it
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hexadecimal, times as decimal strings of
 * nanoseconds, enums as numbers. A span that is still open has the end time 0, which is the wire's "not known".
 */
import type { Attributes, AttributeValue, OpenSpanData, SpanData } from './span.ts'

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const
const codes = { unset: 0, ok: 1, error: 2 } as const
const noScope: NonNullable<SpanData['scope']> = { name: '' }

/**
 * @param resource attributes of the resource of our own spans, such as `service.name`; spans of other services stand
 * under resources of theirs
 */
export function otlpJson(spans: readonly OpenSpanData[], resource: Attributes): string {
  const services = new Map<string | undefined, OpenSpanData[]>()
  for (const span of spans) {
    const known = services.get(span.service)
    if (known === undefined) services.set(span.service, [span])
    else known.push(span)
  }
  const resourceSpans = Array.from(services, ([service, theirs]) => ({
    resource: { attributes: pairs(service === undefined ? resource : { 'service.name': service }) },
    scopeSpans: scopeSpans(theirs),
  }))
  return JSON.stringify({ resourceSpans }, undefined, 2)
}

function scopeSpans(spans: readonly OpenSpanData[]): readonly unknown[] {
  const scopes = new Map<string, { scope: NonNullable<SpanData['scope']>; spans: unknown[] }>()
  for (const span of spans) {
    const scope = span.scope ?? noScope
    const key = `${scope.name}\n${scope.version ?? ''}`
    const known = scopes.get(key)
    if (known === undefined) scopes.set(key, { scope, spans: [jsonSpan(span)] })
    else known.spans.push(jsonSpan(span))
  }
  return [...scopes.values()]
}

function jsonSpan(span: OpenSpanData): unknown {
  const { traceId, spanId, parentSpanId, name, status } = span
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanos(span.start),
    endTimeUnixNano: span.end === undefined ? '0' : nanos(span.end),
    attributes: pairs(span.attributes),
    events: span.events.map((event) => ({
      timeUnixNano: nanos(event.at),
      name: event.name,
      attributes: pairs(event.attributes ?? {}),
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: pairs(link.attributes ?? {}),
    })),
    status: { code: codes[status.code], ...(status.message === undefined ? {} : { message: status.message }) },
  }
}

/** Milliseconds with a fraction as whole nanoseconds; a double cannot hold them, so the text is put together. */
export function nanos(ms: number): string {
  const whole = Math.floor(ms)
  const rest = Math.round((ms - whole) * 1e6)
  return String(BigInt(whole) * 1_000_000n + BigInt(rest))
}

function pairs(attributes: Attributes): readonly unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: AttributeValue): unknown {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  }
  return { arrayValue: { values: value.map((each) => anyValue(each)) } }
}
