import type { SpanData } from '../model/span.ts'

/** Takes ended spans. Never blocks and never throws; what it cannot keep it drops and counts. */
export interface SpanSink {
  accept(span: SpanData): void
}
