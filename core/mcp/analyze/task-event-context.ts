import type { Actor } from '../../model/actor.ts'
import type { Capabilities } from '../../model/capability.ts'
import type { ControlId, NodeId, TaskId } from '../../model/identity.ts'
import type { TaskKind } from '../../model/node.ts'
import type { TraceIds } from '../../model/span.ts'
import type { Emit } from '../../model/stamp.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import type { TaskHost } from './wire-fact.ts'

/** Where a call came from, as far as the one who sent it says. */
export interface CallOrigin {
  readonly trace: TraceIds
  readonly attempt: number
  readonly retryOf?: TaskId
}

/** Who wanted a task cancelled. */
export interface CancelOrigin {
  readonly by: Actor
  readonly reason?: string
  readonly control?: ControlId
}

/**
 * What frames alone cannot say. Whoever drives a connection knows who clicked; a passive reader says "the client".
 */
export interface TaskEventContext {
  readonly emit: Emit
  /** The node under which tasks and calls appear. */
  readonly parent: NodeId
  /** The node id of a peer's task; equal for equal ids of one conversation, never one that was used before. */
  nodeIdOf(host: TaskHost, taskId: string): NodeId
  callIdOf(request: RequestSighting): NodeId
  capabilities(node: TaskKind, host: TaskHost): Capabilities
  originOf(request: RequestSighting | undefined): CallOrigin
  cancelOf(id: NodeId): CancelOrigin | undefined
  answeredBy(question: RequestSighting): Actor
  /** Nobody here answers what a task lists in its status, so it is told as it is read. */
  readonly onlyWatches?: true
  /** The work of an ended task has stopped, as far as anyone can tell. */
  settled?(id: NodeId, text: string): void
}
