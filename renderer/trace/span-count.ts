import { isTerminal } from '../../core/model/lifecycle.ts'
import type { Trace } from '../../core/model/trace.ts'

/** How many spans `spanTree` makes of a trace, without making them. */
export function spanCount(trace: Trace): number {
  let count = trace.loose.items.length + (trace.received?.spans.items.length ?? 0)
  for (const { intervals, spans, open } of trace.tasks.values()) {
    count += 1 + spans.items.length + (open?.length ?? 0)
    for (const { state } of intervals.items) if (!isTerminal(state)) count += 1
  }
  return count
}
