/** How the export to one destination fares, or to all of them together. */
export interface ExportHealth {
  /** `off`: no collector is configured and nothing leaves this machine. */
  readonly light: 'off' | 'ok' | 'waiting' | 'failing'
  /** Without credentials. */
  readonly endpoint?: string
  readonly sent: number
  readonly queued: number
  /** Certainly not delivered. */
  readonly dropped: number
  /** Given up although an earlier request with them, which had no answer, may have arrived: they may be there. */
  readonly unconfirmed?: number
  readonly lastError?: string
  readonly lastErrorAt?: number
  /** Tasks that were open when an earlier run was killed; their spans were closed as interrupted. */
  readonly interrupted?: number
  /** What is wrong on this side, in one sentence: the queue cannot be written, headers are missing. */
  readonly problem?: string
  /** Spans that were sent again because there was no answer, or one that said "later". */
  readonly retried?: number
  /** The drops by reason, those of earlier runs among them. */
  readonly drops?: Readonly<Record<string, number>>
  /** Where spans wait: on disk they outlive the application. */
  readonly place?: 'memory' | 'disk'
  /** Readings of metrics that wait or were given up, one per run; and data points that were not wanted. */
  readonly metrics?: { readonly waiting: number; readonly dropped: number; readonly refused: number }
}
