import type { NodeId } from '../../model/identity.ts'
import type { LifecycleState } from '../../model/lifecycle.ts'
import type { TaskKind } from '../../model/node.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import type { SeenSnapshot } from './overtaken.ts'
import type { TaskHost } from './wire-fact.ts'

/** What must be remembered of a task or call to tell what its next message means. */
export interface TaskEntry {
  readonly node: TaskKind
  readonly id: NodeId
  readonly host: TaskHost
  /** The peer's id; a plain call has none. */
  readonly taskId?: string
  /** The request that created it; unknown for a task that was met midway. */
  request?: RequestSighting
  state: LifecycleState
  /** The newest status message, to tell news from repetition. */
  message?: string
  /** The newest status, and where it was read. */
  seen?: SeenSnapshot
  /** Its end was told by its result alone: over HTTP the notices before that may come after it. */
  endedByResult?: boolean
  ttlMs?: number | null
  pollIntervalMs?: number
  /** Requests for its status so far. */
  polls?: number
  /** From a fetched result, when it came before the status. */
  fetched?: Outcome
  /** The end was told with a value that is not known yet. */
  awaitsOutcome?: boolean
}
