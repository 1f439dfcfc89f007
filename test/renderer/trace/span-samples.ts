/** Traces for tests, made of tasks that a test describes in a line. */
import type { StateInterval } from '../../../core/model/detail.ts'
import type { SpanData, TraceIds } from '../../../core/model/span.ts'
import type { Trace, TraceTask } from '../../../core/model/trace.ts'
import { type SampleTask, taskRow } from '../preview/sample-rows.ts'

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
export const start = 1_800_000_000_000

export function ids(spanId: string, parentSpanId?: string): TraceIds {
  return { traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) }
}

/** A task whose times are milliseconds after `start`. */
export function task(
  ord: number,
  facts: Omit<SampleTask, 'of'> & { readonly at: number; readonly till?: number },
  intervals: readonly StateInterval[] = [],
  spans: readonly SpanData[] = [],
): TraceTask {
  const { at, till, ...rest } = facts
  const ended = till === undefined ? {} : ({ endedAt: start + till, state: 'completed' } as const)
  return {
    row: taskRow(start, ord, { of: 'demo', createdAt: start + at, startedAt: start + at, ...ended, ...rest }),
    intervals: { items: intervals, dropped: 0 },
    spans: { items: spans, dropped: 0 },
  }
}

export function stay(
  state: StateInterval['state'],
  from: number,
  to?: number,
  cause: Pick<StateInterval, 'why' | 'by'> = {},
): StateInterval {
  return { state, from: start + from, ...(to === undefined ? {} : { to: start + to }), ...cause }
}

export function codeSpan(spanId: string, from: number, to: number, facts: Partial<SpanData> = {}): SpanData {
  return {
    traceId,
    spanId,
    name: spanId,
    kind: 'internal',
    start: start + from,
    end: start + to,
    status: { code: 'unset' },
    attributes: {},
    events: [],
    links: [],
    ...facts,
  }
}

export function traceOf(tasks: readonly TraceTask[], facts: Partial<Trace> = {}): Trace {
  return {
    traceId,
    tasks: new Map(tasks.map((each) => [each.row.key, each])),
    loose: { items: [], dropped: 0 },
    left: 0,
    forgotten: 0,
    loading: false,
    ...facts,
  }
}
