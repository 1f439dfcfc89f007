import type { SpanData } from '../../../core/model/span.ts'
import { spanIdOf, traceId } from './span-scene.ts'

/** One of many spans that differ in a number. */
export function numberedSpan(n: number): SpanData {
  return {
    traceId,
    spanId: spanIdOf(n),
    name: `span ${n}`,
    kind: 'internal',
    start: 1_700_000_000_000 + n,
    end: 1_700_000_000_001 + n,
    status: { code: 'unset' },
    attributes: { n },
    events: [],
    links: [],
  }
}
