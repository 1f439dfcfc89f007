/**
 * Ids of tasks, traces and spans: where they come from, and how a new span's are chosen. Chance is handed in, so the same
 * draws give the same ids.
 */
import type { TraceIds } from './span.ts'

/** Where a source takes its ids from; handed in, so tests and replays can choose them. */
export interface IdSource {
  /** Unique within a source beyond doubt. */
  taskId(): string
  /** 32 lower-case hex digits, not all zero. */
  traceId(): string
  /** 16 lower-case hex digits, not all zero. */
  spanId(): string
}

/** @param take gives the next so many random hex digits, in lower case */
export function createIds(take: (digits: number) => string): IdSource {
  // All zeros is the one invalid id of W3C trace context; 1 of 2^64 draws is not worth a loop elsewhere.
  const nonZero = (digits: number): string => {
    const text = take(digits)
    return /[1-9a-f]/.test(text) ? text : nonZero(digits)
  }
  return { taskId: () => take(12), traceId: () => nonZero(32), spanId: () => nonZero(16) }
}

const traceparentPattern = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/

/**
 * Reads a W3C `traceparent`.
 * @returns the caller's ids, or `undefined` when the text is none (the standard says: then start a new trace).
 */
export function parseTraceparent(text: string): { readonly traceId: string; readonly spanId: string } | undefined {
  const match = traceparentPattern.exec(text)
  const traceId = match?.[1]
  const spanId = match?.[2]
  if (traceId === undefined || spanId === undefined || text.startsWith('ff')) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId }
}

/** Chooses the ids of a new task's span: under its parent's, else in the caller's trace, else in a trace of its own. */
export function chooseTraceIds(ids: IdSource, parent: TraceIds | undefined, traceparent: string | undefined): TraceIds {
  if (parent !== undefined) return { traceId: parent.traceId, spanId: ids.spanId(), parentSpanId: parent.spanId }
  const caller = traceparent === undefined ? undefined : parseTraceparent(traceparent)
  if (caller !== undefined) return { traceId: caller.traceId, spanId: ids.spanId(), parentSpanId: caller.spanId }
  return { traceId: ids.traceId(), spanId: ids.spanId() }
}
