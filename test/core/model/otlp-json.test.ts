import { describe, expect, it } from 'vitest'
import { nanos, otlpJson } from '../../../core/model/otlp-json.ts'
import type { SpanData } from '../../../core/model/span.ts'

const span: SpanData = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentSpanId: '00f067aa0ba902b8',
  name: 'task crawl',
  kind: 'client',
  start: 1_800_000_000_000.25,
  end: 1_800_000_001_000,
  status: { code: 'error', message: 'no' },
  attributes: { text: 'a', whole: 3, part: 0.5, yes: true, list: ['x', 'y'] },
  events: [{ name: 'exception', at: 1_800_000_000_500, attributes: { n: 1 } }],
  links: [{ traceId: 'f'.repeat(32), spanId: 'a'.repeat(16) }],
  scope: { name: 'taskscope.lifecycle', version: '1' },
}

describe('spans as OTLP JSON', () => {
  it('have hexadecimal ids, nanoseconds as text and enums as numbers', () => {
    const request = JSON.parse(otlpJson([span], { 'service.name': 'taskscope' }))
    const [resource] = request.resourceSpans
    expect(resource.resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'taskscope' } }])
    expect(resource.scopeSpans[0].scope).toEqual({ name: 'taskscope.lifecycle', version: '1' })
    expect(resource.scopeSpans[0].spans[0]).toMatchObject({
      traceId: span.traceId,
      parentSpanId: span.parentSpanId,
      kind: 3,
      startTimeUnixNano: '1800000000000250000',
      endTimeUnixNano: '1800000001000000000',
      status: { code: 2, message: 'no' },
      attributes: [
        { key: 'text', value: { stringValue: 'a' } },
        { key: 'whole', value: { intValue: '3' } },
        { key: 'part', value: { doubleValue: 0.5 } },
        { key: 'yes', value: { boolValue: true } },
        { key: 'list', value: { arrayValue: { values: [{ stringValue: 'x' }, { stringValue: 'y' }] } } },
      ],
      links: [{ traceId: 'f'.repeat(32), spanId: 'a'.repeat(16) }],
    })
  })

  it('say of an open span that its end is not known, and stand under their scopes', () => {
    const { end: _, scope: __, ...open } = span
    const request = JSON.parse(otlpJson([span, open], {}))
    expect(request.resourceSpans[0].scopeSpans).toHaveLength(2)
    expect(request.resourceSpans[0].scopeSpans[1].spans[0].endTimeUnixNano).toBe('0')
  })

  it('never lose a nanosecond to the width of a double', () => {
    expect(nanos(1_800_000_000_123.456)).toBe('1800000000123456055')
    expect(nanos(0.999_999_999)).toBe('1000000')
  })
})
