/** What other programs tell of a trace over OTLP: their spans and their log records, bounded, with a count of the rest. */
import type { Bounded } from './detail.ts'
import type { Attributes, SpanData } from './span.ts'

/** One log record of another program (https://opentelemetry.io/docs/specs/otel/logs/data-model/). */
export interface ReceivedLog {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** The span that was at work; 16 lower-case hex digits. */
  readonly spanId?: string
  /** Milliseconds since the Unix epoch with a fraction. */
  readonly at: number
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
  readonly attributes: Attributes
  /** As the program names itself. */
  readonly service?: string
}

export interface ReceivedTrace {
  /** In the order in which they came. */
  readonly spans: Bounded<SpanData>
  readonly logs: Bounded<ReceivedLog>
  /** Spans and logs that came and were not kept. */
  readonly lost: number
}
