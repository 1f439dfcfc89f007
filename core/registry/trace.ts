/** Makes the parts of a trace for those who look at it. Nothing here is cached. */
import type { Bounded } from '../model/detail.ts'
import type { NodeKey } from '../model/identity.ts'
import type { ReceivedTrace } from '../model/received.ts'
import { isTaskRow } from '../model/row.ts'
import type { SpanData } from '../model/span.ts'
import { mostTraceTasks, type TraceTask } from '../model/trace.ts'
import type { Book } from './book.ts'
import type { Entry } from './entry.ts'
import { rowOf } from './snapshot-row.ts'
import { staysOf } from './stays.ts'

/** What a trace consists of now. */
export interface TraceMembers {
  /** In order of appearance, at most `mostTraceTasks`. */
  readonly keys: readonly NodeKey[]
  readonly loose: Bounded<SpanData>
  /** What other programs sent of it; absent when nothing came. */
  readonly received?: ReceivedTrace
  /** Tasks beyond that number. */
  readonly left: number
  readonly forgotten: number
}

export function traceMembers(book: Book, traceId: string): TraceMembers {
  const keys: NodeKey[] = []
  for (const entry of book.traces.tasksOf(traceId)) {
    if (keys.length === mostTraceTasks) break
    keys.push(entry.key)
  }
  const { tasks, forgotten } = book.traces.sizeOf(traceId)
  const received = book.traces.receivedOf(traceId)
  return {
    keys,
    loose: book.traces.looseOf(traceId),
    left: tasks - keys.length,
    forgotten,
    ...(received !== undefined && { received }),
  }
}

const noSpans: Bounded<never> = { items: [], dropped: 0 }

export function traceTaskOf(entry: Entry): TraceTask | undefined {
  const row = rowOf(entry)
  if (!isTaskRow(row)) return undefined
  const open = entry.history?.openSpans
  return {
    row,
    ...(open !== undefined && open.size > 0 && { open: [...open.values()] }),
    intervals: { items: staysOf(entry), dropped: entry.history?.intervals?.dropped ?? 0 },
    spans: entry.history?.spans?.toBounded() ?? noSpans,
  }
}
