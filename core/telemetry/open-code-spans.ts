/**
 * Spans of tasks' code that have begun and not ended: each is in the ledger, so that a crash leaves word of it; one that
 * is open for long is told to the collector before it ends, by a record under an id of its own.
 */
import type { Timers } from '../model/clock.ts'
import { derivedSpanId, pendingRecordNumber } from '../model/derived-span-id.ts'
import type { Dispose } from '../model/dispose.ts'
import type { NodeKey } from '../model/identity.ts'
import { interruptedCodeSpan } from '../model/interrupted-span.ts'
import type { OpenSpanData, SpanData } from '../model/span.ts'
import { attributeNames as names } from './attribute-names.ts'
import type { BegunSpan } from './open-ledger.ts'
import type { SpanLedger } from './span-observer.ts'
import type { SpanSink } from './span-sink.ts'

/** Hosts tell of a span when it has been open for a tenth of a second; after this long more, milliseconds, it is old. */
const oldMs = 900
/** Open spans that are remembered; of further ones only the end is heard. */
const maxOpen = 10_000

export interface OpenCodeSpans {
  started(task: NodeKey, span: OpenSpanData): void
  ended(span: SpanData): void
  /** Nothing more will be heard of what the task had open; `at` is the last moment that is known of it. */
  interrupted(task: NodeKey, at: number): void
  close(): void
}

interface OpenSpan {
  readonly task: NodeKey
  readonly span: OpenSpanData
  readonly stopWaiting: Dispose | undefined
}

export function createOpenCodeSpans(
  sink: SpanSink,
  ledger: SpanLedger | undefined,
  timers: Timers | undefined,
): OpenCodeSpans {
  const open = new Map<string, OpenSpan>()
  const byTask = new Map<NodeKey, Set<string>>()

  function forget(spanId: string, { task, stopWaiting }: OpenSpan): void {
    stopWaiting?.()
    open.delete(spanId)
    const others = byTask.get(task)
    others?.delete(spanId)
    if (others?.size === 0) byTask.delete(task)
  }

  return {
    started(task, span) {
      if (open.size >= maxOpen || open.has(span.spanId)) return
      const stopWaiting = timers?.after(oldMs, () => sink.accept(pendingCodeRecord(span)))
      open.set(span.spanId, { task, span, stopWaiting })
      const others = byTask.get(task)
      if (others === undefined) byTask.set(task, new Set([span.spanId]))
      else others.add(span.spanId)
      ledger?.begun(span.spanId, () => begunOf(span))
    },
    ended(span) {
      sink.accept(span)
      const known = open.get(span.spanId)
      if (known === undefined) return
      forget(span.spanId, known)
      ledger?.ended(span.spanId)
    },
    interrupted(task, at) {
      for (const spanId of byTask.get(task) ?? []) {
        const known = open.get(spanId)
        if (known === undefined) continue
        forget(spanId, known)
        sink.accept(interruptedCodeSpan(known.span, at))
        ledger?.ended(spanId)
      }
    },
    close() {
      for (const { stopWaiting } of open.values()) stopWaiting?.()
    },
  }
}

function begunOf(span: OpenSpanData): BegunSpan {
  const { status: _status, events: _events, end: _end, ...begun } = span
  return begun
}

/** A span without length that says: this span has begun and has not ended. */
function pendingCodeRecord(span: OpenSpanData): SpanData {
  return {
    ...span,
    spanId: derivedSpanId(span.spanId, pendingRecordNumber),
    parentSpanId: span.spanId,
    end: span.start,
    status: { code: 'unset' },
    attributes: { ...span.attributes, [names.pending]: true },
    events: [],
    links: [],
  }
}
