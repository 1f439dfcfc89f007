/**
 * A whole trace as a viewer sees it: every task of one trace id with its stays in states and the spans of its code,
 * and the spans that belong to no task. Bounded; what is missing is counted, never hidden.
 */
import type { Bounded, StateInterval } from './detail.ts'
import type { NodeKey } from './identity.ts'
import type { ReceivedTrace } from './received.ts'
import type { TaskRow } from './row.ts'
import type { OpenSpanData, SpanData } from './span.ts'

/** At most this many tasks of one trace are shown; of more, those that appeared first. */
export const mostTraceTasks = 50_000

export interface TraceTask {
  readonly row: TaskRow
  readonly intervals: Bounded<StateInterval>
  /** Ended spans of its code, in the order in which they ended. */
  readonly spans: Bounded<SpanData>
  /** Spans of its code that have not ended; absent when there are none. */
  readonly open?: readonly OpenSpanData[]
}

export interface Trace {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  readonly tasks: ReadonlyMap<NodeKey, TraceTask>
  /** Spans of this trace that name no task. */
  readonly loose: Bounded<SpanData>
  /** What other programs sent of it over OTLP; absent when nothing came. */
  readonly received?: ReceivedTrace
  /** Tasks beyond `mostTraceTasks`. */
  readonly left: number
  /** Tasks that were let go or cleared while others of the trace are still held. */
  readonly forgotten: number
  /** More is on its way. */
  readonly loading: boolean
}

/** Nothing known yet. */
export function emptyTrace(traceId: string): Trace {
  return { traceId, tasks: new Map(), loose: { items: [], dropped: 0 }, left: 0, forgotten: 0, loading: true }
}

/**
 * A list that goes on where the one before ended: `news.dropped` counts everything that was let go since the
 * beginning, `news.items` are those that the viewer does not have yet.
 */
export function continued<T>(known: Bounded<T>, news: Bounded<T>): Bounded<T> {
  const gone = news.dropped - known.dropped
  if (gone === 0 && news.items.length === 0) return known
  return { items: [...known.items.slice(gone), ...news.items], dropped: news.dropped }
}

/** The same for what was received: each list goes on, the count of the lost is the newest. */
export function continuedReceived(
  known: ReceivedTrace | undefined,
  news: ReceivedTrace | undefined,
): ReceivedTrace | undefined {
  if (known === undefined || news === undefined) return news ?? known
  return { spans: continued(known.spans, news.spans), logs: continued(known.logs, news.logs), lost: news.lost }
}
