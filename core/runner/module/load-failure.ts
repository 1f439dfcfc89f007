import type { ErrorInfo } from '../../model/payload.ts'

/** Why a module could not be opened: one sentence without a full stop, and what was thrown. */
export interface LoadFailure {
  readonly text: string
  readonly error?: ErrorInfo
}
