import type { Actor } from './actor.ts'
import type { FailureKind } from './lifecycle.ts'
import type { ErrorInfo, Payload } from './payload.ts'

/** How a task ended. There is exactly one per task; what comes later is a late result, an event of its own. */
export type Outcome =
  | {
      readonly status: 'completed'
      readonly value: Payload
      /** MCP, modern wire: the tool reported `isError`; the task completed all the same. */
      readonly toolError?: boolean
      /** A value was returned although cancel had been asked for. */
      readonly afterCancelRequest?: boolean
    }
  | {
      readonly status: 'failed'
      readonly kind: FailureKind
      readonly error: ErrorInfo
      /** An error of the clean-up, not the cancel itself. */
      readonly duringCancel?: boolean
    }
  | {
      readonly status: 'cancelled'
      readonly by: Actor
      readonly reason: string
    }

/** JSON-RPC error code of a task that ran out of its time, kept from the seed (`erlmcp`). */
export const timeoutCode = -32009
/** JSON-RPC error code for an id that is taken already within its source. */
export const duplicateIdCode = -32082
