import type { SpanData } from '../../core/model/span.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'

/** An ended span with nothing special about it, of the trace to which the tasks of scenes belong. */
export function span(spanId: string, facts: Partial<SpanData> = {}): SpanData {
  return {
    traceId,
    spanId,
    name: spanId,
    kind: 'internal',
    start: 1,
    end: 2,
    status: { code: 'unset' },
    attributes: {},
    events: [],
    links: [],
    ...facts,
  }
}
