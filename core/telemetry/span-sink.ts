import type { SpanData } from '../model/span.ts'

/** An ended span that is made when somebody reads it; most of a flood are dropped before. Equal every time. */
export interface LaterSpan {
  make(): SpanData
}

/** Takes ended spans. Never blocks and never throws; what it cannot keep it drops and counts. */
export interface SpanSink {
  accept(span: SpanData): void
  /** As `accept`, where a span need not be made to be kept. */
  acceptLater?(span: LaterSpan): void
}
