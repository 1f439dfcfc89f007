/** How many tasks and spans of code were open in each slice of a trace, for its minimap. */
import { running, type SessionLoad, sliceMarks } from '../timeline/session-load.ts'
import type { TimeSpan } from '../timeline/time-span.ts'
import type { SpanNode } from './span-node.ts'

export function traceLoad(nodes: readonly SpanNode[], span: TimeSpan, now: number, slices: number): SessionLoad {
  const count = Math.max(1, Math.floor(slices))
  const live = sliceMarks(span, count)
  const suspended = sliceMarks(span, count)
  const failures = new Set<number>()
  for (const node of nodes) {
    const to = node.to ?? now
    if (node.kind !== 'state') live.mark(node.from, to)
    else if (node.face === 'suspended') suspended.mark(node.from, to)
    if (node.error && node.to !== undefined) failures.add(live.sliceOf(node.to))
  }
  const sums = running(live.marks, count)
  return {
    span,
    live: sums,
    suspended: running(suspended.marks, count),
    failures: [...failures].sort((a, b) => a - b),
    most: Math.max(1, ...sums),
  }
}
