/** How Taskscope receives what other programs tell of traces, as a person sets it and as it fares. */

/** `open`: every program of this machine may send; `token`: only those that bring the token. */
export type ReceiveMode = 'off' | 'open' | 'token'

export interface ReceiveSettings {
  readonly mode: ReceiveMode
  /** The port that is tried first; 4318, the standard one, when absent. */
  readonly port?: number | undefined
  /** What programs must send as `Authorization: Bearer …` in the mode `token`. */
  readonly token?: string | undefined
}

export interface ReceiveStatus {
  /** `failing`: it is meant to receive and cannot; `problem` says why. */
  readonly light: 'off' | 'listening' | 'failing'
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be, while it listens. */
  readonly endpoint?: string
  /** Why it listens elsewhere than was wanted, or cannot listen; or that programs opened earlier do not know of it. */
  readonly problem?: string
  /** Spans and logs that arrived. */
  readonly received: number
  /** Of them, those that stand under a task. */
  readonly matched: number
  /** Those whose task may still come. */
  readonly waiting: number
  /** Those that were there already. */
  readonly repeated: number
  /** Those that were not kept, by reason. */
  readonly lost: Readonly<Record<string, number>>
  /** Values that were cut short. */
  readonly shortened: number
  /** Requests that were turned away. */
  readonly refused: number
  readonly lastError?: string
  readonly lastErrorAt?: number
}
