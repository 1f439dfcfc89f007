import type { SpanData } from '../../../core/model/span.ts'
import { span } from '../../support/span-sample.ts'
import { spanIdOf, traceId } from './span-scene.ts'

/** One of many spans that differ in a number. */
export function numberedSpan(n: number): SpanData {
  const start = 1_700_000_000_000 + n
  return span(spanIdOf(n), { traceId, name: `span ${n}`, start, end: start + 1, attributes: { n } })
}
