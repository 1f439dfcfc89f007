/** What became of everything that came: each span and log is matched, waits, is a repetition, or is lost with a reason. */

/** Why spans and logs were not kept. */
export type LossReason =
  /** No task of their trace appeared while they waited. */
  | 'unmatched'
  /** Others that wait needed their room. */
  | 'crowded'
  /** Their trace has as many as are kept of one. */
  | 'full'
  /** Without the ids or times that a span needs. */
  | 'invalid'
  /** Log records that name no trace. */
  | 'untraced'
  /** They are this application's own and came back. */
  | 'own'
  /** The receiver ended while they waited. */
  | 'ended'

export interface ReceiveCounts {
  /** Spans and logs that arrived. */
  readonly received: number
  /** Of them, those that stand under a task. */
  readonly matched: number
  readonly waiting: number
  /** Sent once more, as programs do that got no answer. */
  readonly repeated: number
  readonly lost: Readonly<Partial<Record<LossReason, number>>>
  /** Values of kept ones that were shortened. */
  readonly shortened: number
  /** Requests that were turned away, with whatever was in them. */
  readonly refused: number
}

export const noCounts: ReceiveCounts = {
  received: 0,
  matched: 0,
  waiting: 0,
  repeated: 0,
  lost: {},
  shortened: 0,
  refused: 0,
}

export function sumCounts(a: ReceiveCounts, b: ReceiveCounts): ReceiveCounts {
  const lost: Partial<Record<LossReason, number>> = { ...a.lost }
  for (const [reason, count] of Object.entries(b.lost)) {
    lost[reason as LossReason] = (lost[reason as LossReason] ?? 0) + count
  }
  return {
    received: a.received + b.received,
    matched: a.matched + b.matched,
    waiting: a.waiting + b.waiting,
    repeated: a.repeated + b.repeated,
    lost,
    shortened: a.shortened + b.shortened,
    refused: a.refused + b.refused,
  }
}
