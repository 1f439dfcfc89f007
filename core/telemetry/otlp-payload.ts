/** What one request carries, and what every way of sending it has in common. */
import type { Attributes, SpanData } from '../model/span.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import type { Metric } from './metric.ts'

export type OtlpPayload =
  | { readonly kind: 'spans'; readonly spans: readonly SpanData[] }
  /** `resource` when it is another than that of the sender: an earlier run's. */
  | { readonly kind: 'metrics'; readonly metrics: readonly Metric[]; readonly resource?: Attributes }

/** One way to one destination. */
export interface OtlpSender {
  /** The endpoint without credentials, for the screen. */
  readonly shownEndpoint: string
  /** Sends one request. Never throws, never waits longer than its time-out. `signal` gives it up early. */
  send(payload: OtlpPayload, signal?: AbortSignal): Promise<CollectorAnswer>
  /** Frees connections. */
  close(): void
}

/** What the things in a payload are called when some of them were rejected. */
export function payloadWord(payload: OtlpPayload, count: number): string {
  const one = payload.kind === 'spans' ? 'span' : 'data point'
  return count === 1 ? one : `${one}s`
}
