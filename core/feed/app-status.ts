/** The few numbers of the status bar, measured in the process that owns the registry. */
export interface ExportHealth {
  /** `off`: no collector is configured and nothing leaves this machine. */
  readonly light: 'off' | 'ok' | 'waiting' | 'failing'
  /** Without credentials. */
  readonly endpoint?: string
  readonly sent: number
  readonly queued: number
  readonly dropped: number
  readonly lastError?: string
  readonly lastErrorAt?: number
}

export interface AppStatus {
  /** Events applied in the last second. */
  readonly updatesPerSecond: number
  /** Events that sources numbered and that never arrived. */
  readonly lost: number
  /** Samples folded into newer ones. */
  readonly folded: number
  /** Finished tasks that were let go to keep memory bounded. */
  readonly forgotten: number
  readonly openSpans: number
  readonly export: ExportHealth
  /** Why new tasks wait, when hosts are out of credit. */
  readonly startsWait?: string
}
