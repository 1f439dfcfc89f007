/** Which task the logs that other programs sent belong to: that of the nearest span above theirs which is a task's. */
import type { NodeKey } from '../../core/model/identity.ts'
import type { ReceivedLog } from '../../core/model/received.ts'
import type { SpanData } from '../../core/model/span.ts'
import type { Trace } from '../../core/model/trace.ts'

const none: readonly ReceivedLog[] = []

/** In the order of their times. Those of spans that lead to no task belong to the one that the trace began with. */
export function receivedLogsOf(trace: Trace, task: NodeKey): readonly ReceivedLog[] {
  const logs = trace.received?.logs.items ?? none
  if (logs.length === 0) return none
  const ownerOf = owners(trace)
  const theirs = trace.tasks.size === 1 ? logs.slice() : logs.filter(({ spanId }) => ownerOf(spanId) === task)
  return theirs.sort((a, b) => a.at - b.at)
}

function owners(trace: Trace): (spanId: string | undefined) => NodeKey | undefined {
  const [first] = trace.tasks.keys()
  const taskOf = new Map<string, NodeKey>()
  const parentOf = new Map<string, string>()
  const put = ({ spanId, parentSpanId }: SpanData) => {
    if (parentSpanId !== undefined) parentOf.set(spanId, parentSpanId)
  }
  for (const { row, spans } of trace.tasks.values()) {
    if (row.trace !== undefined) taskOf.set(row.trace.spanId, row.key)
    spans.items.forEach(put)
  }
  trace.loose.items.forEach(put)
  trace.received?.spans.items.forEach(put)
  return (spanId) => {
    const seen = new Set<string>()
    for (let id = spanId; id !== undefined && !seen.has(id); id = parentOf.get(id)) {
      const task = taskOf.get(id)
      if (task !== undefined) return task
      seen.add(id)
    }
    return first
  }
}
