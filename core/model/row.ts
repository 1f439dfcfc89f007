/**
 * The small, current picture of a node that every view shows. The registry makes a new one when something changed;
 * the feed carries it; views never change it.
 */
import type { Breakpoint } from './breakpoint.ts'
import type { Capabilities } from './capability.ts'
import type { ControlRecord } from './control.ts'
import type { Progress, Why } from './event.ts'
import type { Hold } from './hold.ts'
import type { NodeId, NodeKey, SourceId } from './identity.ts'
import type { CancelCause, FailureKind, LifecycleState } from './lifecycle.ts'
import type { Isolation, NodeFacts, NodeKind, NodeStatus, TaskKind } from './node.ts'
import type { TraceIds } from './span.ts'

interface RowBase {
  readonly key: NodeKey
  readonly source: SourceId
  readonly id: NodeId
  readonly parent?: NodeKey
  readonly name: string
  /** Place among all rows in order of first appearance. */
  readonly ord: number
  readonly capabilities: Capabilities
  readonly why?: Why
  /** The newest control that is not settled yet, or the newest refused one until something else happens. */
  readonly control?: ControlRecord
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly createdAt: number
  readonly endedAt?: number
  /** Findings about this node so far. */
  readonly findings?: number
}

export interface NodeRow extends RowBase {
  readonly node: NodeKind
  readonly status: NodeStatus
  readonly facts: NodeFacts
  /** Of a host: where its tasks are held by themselves. */
  readonly breakpoints?: readonly Breakpoint[]
}

export interface TaskRow extends RowBase {
  readonly node: TaskKind
  readonly label?: string
  readonly state: LifecycleState
  /** With `failed`. */
  readonly failure?: FailureKind
  /** Completed with MCP `isError`. */
  readonly toolError?: boolean
  /** With `cancelling`. */
  readonly cause?: CancelCause
  readonly phase?: 'draining'
  readonly isolation?: Isolation
  readonly attempt: number
  readonly retryOf?: NodeKey
  readonly trace?: TraceIds
  readonly startedAt?: number
  /** When the present state began. */
  readonly stateAt: number
  /** Time spent in `running` and in `suspended` before the present state began, milliseconds. */
  readonly runningMs: number
  readonly suspendedMs: number
  /** As these two, of waits for input; absent while there was none. */
  readonly inputMs?: number
  readonly timeoutMs?: number
  readonly ttlMs?: number | null
  readonly pollIntervalMs?: number
  /** How often the peer was asked for its status; absent while it was not. */
  readonly polls?: number
  /** The client of an MCP conversation runs it, for the server. */
  readonly host?: 'client'
  readonly progress?: Progress
  readonly checkpoint?: { readonly label: string; readonly at: number }
  readonly holds: readonly Hold[]
  /** How long the newest control that took effect was under way, milliseconds from its request. */
  readonly answered?: { readonly acknowledgedMs?: number; readonly effectiveMs: number }
  /** Questions of this task that wait for an answer. */
  readonly questions: number
  /** Its work goes on although it has ended; absent once it has settled. */
  readonly stillRunning?: { readonly since: number; readonly lastSign: number; readonly text: string }
  /** It was heard of before it was created; what is unknown is filled later. */
  readonly placeholder?: boolean
}

export type Row = NodeRow | TaskRow

export function isTaskRow(row: Row): row is TaskRow {
  return row.node === 'task' || row.node === 'call'
}
