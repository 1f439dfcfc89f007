/**
 * What other programs sent of traces. Bounded per trace and in all; the traces that were told of first let go first, and
 * go on counting what they let go.
 */
import type { TaskEvent } from '../model/event.ts'
import type { ReceivedLog, ReceivedTrace } from '../model/received.ts'
import type { SpanData } from '../model/span.ts'
import { createRing, type Ring } from './ring.ts'

type ReceivedEvent = Extract<TaskEvent, { kind: 'trace.received' }>

/** Spans and logs that are kept per trace, and about the bytes that all of them take up. */
export const receivedLimits = { spans: 10_000, logs: 10_000, bytes: 128 * 1024 * 1024 } as const

interface Held {
  readonly spans: Ring<SpanData>
  readonly logs: Ring<ReceivedLog>
  lost: number
  bytes: number
}

export class ReceivedBook {
  readonly #held = new Map<string, Held>()
  /** Of traces whose spans and logs were let go: how many. */
  readonly #emptied = new Map<string, number>()
  #bytes = 0

  /** Returns the other traces that had to let go of theirs. */
  add({ traceId, spans, logs, bytes, lost = 0 }: ReceivedEvent): readonly string[] {
    let held = this.#held.get(traceId)
    if (held === undefined) {
      const before = this.#emptied.get(traceId) ?? 0
      this.#emptied.delete(traceId)
      held = { spans: createRing(receivedLimits.spans), logs: createRing(receivedLimits.logs), lost: before, bytes: 0 }
      this.#held.set(traceId, held)
    }
    for (const span of spans) held.spans.push(span)
    for (const log of logs) held.logs.push(log)
    held.lost += lost
    held.bytes += bytes
    this.#bytes += bytes
    const emptied: string[] = []
    for (const [oldest, { spans, logs, lost }] of this.#held) {
      if (this.#bytes <= receivedLimits.bytes || oldest === traceId) break
      this.forget(oldest)
      this.#emptied.set(oldest, lost + spans.dropped + spans.size + logs.dropped + logs.size)
      emptied.push(oldest)
    }
    return emptied
  }

  of(traceId: string): ReceivedTrace | undefined {
    const held = this.#held.get(traceId)
    if (held !== undefined) return { spans: held.spans.toBounded(), logs: held.logs.toBounded(), lost: held.lost }
    const lost = this.#emptied.get(traceId)
    return lost === undefined ? undefined : { spans: { items: [], dropped: 0 }, logs: { items: [], dropped: 0 }, lost }
  }

  /** The trace has no task any more. */
  forget(traceId: string): void {
    if (this.#held.size === 0 && this.#emptied.size === 0) return
    this.#bytes -= this.#held.get(traceId)?.bytes ?? 0
    this.#held.delete(traceId)
    this.#emptied.delete(traceId)
  }
}
