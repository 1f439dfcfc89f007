/**
 * Which tasks belong to which trace, and the spans of traces that name no task. A trace of one task, as most are,
 * costs one place in a map.
 */
import type { Bounded } from '../model/detail.ts'
import type { TaskEvent } from '../model/event.ts'
import type { ReceivedTrace } from '../model/received.ts'
import type { SpanData } from '../model/span.ts'
import type { Entry } from './entry.ts'
import { ReceivedBook } from './received-book.ts'
import { createRing, type Ring } from './ring.ts'

/** So many spans without a task are kept per trace, and of so many traces. */
export const looseLimits = { spans: 1000, traces: 200 } as const

interface Members {
  readonly tasks: Set<Entry>
  forgotten: number
}

const noLoose: Bounded<SpanData> = { items: [], dropped: 0 }

export class TraceBook {
  private readonly byId = new Map<string, Entry | Members>()
  private readonly loose = new Map<string, Ring<SpanData>>()
  private readonly received = new ReceivedBook()

  add(traceId: string, entry: Entry): void {
    const known = this.byId.get(traceId)
    if (known === undefined) this.byId.set(traceId, entry)
    else if ('tasks' in known) known.tasks.add(entry)
    else if (known !== entry) this.byId.set(traceId, { tasks: new Set([known, entry]), forgotten: 0 })
  }

  /** An entry has left; returns whether others of its trace are still there. */
  remove(traceId: string, entry: Entry): boolean {
    const known = this.byId.get(traceId)
    if (known !== undefined && 'tasks' in known && known.tasks.delete(entry) && known.tasks.size > 0) {
      known.forgotten += 1
      return true
    }
    this.byId.delete(traceId)
    this.received.forget(traceId)
    return false
  }

  /** Returns the trace whose spans had to go for it, if one had to. */
  addLoose(span: SpanData): string | undefined {
    let evicted: string | undefined
    let ring = this.loose.get(span.traceId)
    if (ring === undefined) {
      ring = createRing(looseLimits.spans)
      this.loose.set(span.traceId, ring)
      const [oldest] = this.loose.keys()
      if (this.loose.size > looseLimits.traces && oldest !== undefined) {
        this.loose.delete(oldest)
        evicted = oldest
      }
    }
    ring.push(span)
    return evicted
  }

  /** Returns the traces that had to let go of what was received for them, if any had to. */
  addReceived(event: Extract<TaskEvent, { kind: 'trace.received' }>): readonly string[] {
    return this.received.add(event)
  }

  receivedOf(traceId: string): ReceivedTrace | undefined {
    return this.received.of(traceId)
  }

  /** In the order in which they joined the trace. */
  *tasksOf(traceId: string): Generator<Entry> {
    const known = this.byId.get(traceId)
    if (known === undefined) return
    if ('tasks' in known) yield* known.tasks
    else yield known
  }

  /** How many tasks the trace has now, and how many of it are gone. */
  sizeOf(traceId: string): { readonly tasks: number; readonly forgotten: number } {
    const known = this.byId.get(traceId)
    if (known === undefined) return { tasks: 0, forgotten: 0 }
    return 'tasks' in known ? { tasks: known.tasks.size, forgotten: known.forgotten } : { tasks: 1, forgotten: 0 }
  }

  looseOf(traceId: string): Bounded<SpanData> {
    return this.loose.get(traceId)?.toBounded() ?? noLoose
  }
}
