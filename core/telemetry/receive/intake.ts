/**
 * What becomes of a request that is let in: its message is read, its spans and logs go to the shelf, and what could not
 * be kept is told to the sender. No HTTP here.
 */
import type { ReceivedLog } from '../../model/received.ts'
import type { Attributes, SpanData } from '../../model/span.ts'
import { attributeNames } from '../attribute-names.ts'
import { decodeRequest, type OtlpEncoding, type OtlpSignal } from './decode-request.ts'
import type { ReceiveLimits } from './limits.ts'
import { readLogs } from './read-logs.ts'
import { readSpans } from './read-spans.ts'
import type { ReceiveCounts } from './receive-counts.ts'
import { type TraceBatch, TraceShelf } from './trace-shelf.ts'

export interface IntakeOptions {
  readonly limits: ReceiveLimits
  /** What this application says of itself as `taskscope.instance.id`: spans with it have come back. */
  readonly instance: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What a sender is told of its request. */
export interface Taken {
  readonly rejected: number
  readonly why: string | undefined
}

export class Intake {
  readonly shelf: TraceShelf
  readonly #options: IntakeOptions
  #received = 0
  #shortened = 0
  #refused = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.shelf = new TraceShelf(options.limits)
  }

  /** Throws `UnreadableBodyError` or `TooManyPartsError`; then nothing was kept. */
  take(body: Uint8Array, encoding: OtlpEncoding, signal: OtlpSignal): Taken {
    const request = decodeRequest(body, encoding, signal, this.#options.limits.bodyParts)
    const now = this.#options.now()
    this.shelf.expire(now)
    const isOwn = (resource: Attributes) => resource[attributeNames.instanceId] === this.#options.instance
    if (signal === 'traces') {
      const { items, invalid, own, cuts } = readSpans(request, isOwn)
      const kept = this.#keep(items, cuts, (span: SpanData) => this.shelf.addSpan(span, now))
      return this.#told(items.length - kept, { invalid, own, untraced: 0 })
    }
    const { items, invalid: untraced, own, cuts } = readLogs(request, isOwn, now)
    const kept = this.#keep(items, cuts, (log: ReceivedLog) => this.shelf.addLog(log, now))
    return this.#told(items.length - kept, { invalid: 0, own, untraced })
  }

  /** A request was turned away. */
  refuse(): void {
    this.#refused += 1
  }

  batches(): readonly TraceBatch[] {
    return this.shelf.take()
  }

  counts(): ReceiveCounts {
    const { matched, repeated, waiting, lost } = this.shelf
    return {
      received: this.#received,
      matched,
      waiting,
      repeated,
      lost: { ...lost },
      shortened: this.#shortened,
      refused: this.#refused,
    }
  }

  #keep<Item>(items: readonly Item[], cuts: number, add: (item: Item) => boolean): number {
    this.#received += items.length
    this.#shortened += cuts
    let kept = 0
    for (const item of items) if (add(item)) kept += 1
    return kept
  }

  #told(full: number, { invalid, own, untraced }: Readonly<Record<'invalid' | 'own' | 'untraced', number>>): Taken {
    this.#received += invalid + own + untraced
    this.shelf.miss('invalid', invalid)
    this.shelf.miss('own', own)
    this.shelf.miss('untraced', untraced)
    const reasons = [
      ...(full > 0 ? [`${full} found no room`] : []),
      ...(invalid > 0 ? [`${invalid} without valid ids or a start time`] : []),
      ...(untraced > 0 ? [`${untraced} without a trace id`] : []),
      ...(own > 0 ? [`${own} are this application's own`] : []),
    ]
    return {
      rejected: full + invalid + own + untraced,
      why: reasons.length === 0 ? undefined : `not kept: ${reasons.join(', ')}`,
    }
  }
}
