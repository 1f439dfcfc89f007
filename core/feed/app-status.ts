import type { ExportHealth } from '../model/export-health.ts'
import type { ReceiveStatus } from './receive-status.ts'

/** The few numbers of the status bar, measured in the process that owns the registry. */
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
  /** All destinations together. */
  readonly export: ExportHealth
  /** Each destination, when there is more than one. */
  readonly destinations?: readonly ExportHealth[]
  /** What other programs send here; absent while nothing is and was received. */
  readonly receive?: ReceiveStatus
  /** Why new tasks wait, when hosts are out of credit. */
  readonly startsWait?: string
}
