/**
 * Everything that happens is one of these facts. A source stamps each with its own sequence number and time;
 * the registry adds `ord` on arrival. Unknown kinds are kept and change nothing, so old sessions stay readable.
 */
import type { Actor } from './actor.ts'
import type { Breakpoint } from './breakpoint.ts'
import type { Capabilities } from './capability.ts'
import type { ControlRequest } from './control.ts'
import type { Finding } from './finding.ts'
import type { Hold } from './hold.ts'
import type { ControlId, NodeId, SourceId, TaskId } from './identity.ts'
import type { InputAnswer, InputQuestion } from './input-question.ts'
import type { CancelCause, LifecycleState } from './lifecycle.ts'
import type { Isolation, NodeFacts, NodeKind, NodeStatus, Offer, TaskKind } from './node.ts'
import type { Outcome } from './outcome.ts'
import type { Payload } from './payload.ts'
import type { ReceivedLog } from './received.ts'
import type { OpenSpanData, SpanData, TraceIds } from './span.ts'
import type { StackFrame } from './stack.ts'
import type { SupervisorReport } from './supervisor-report.ts'
import type { DebugSettings, TaskLog, TaskStatistics, TaskStatus } from './task-debug.ts'

/** Version of the event shapes below. */
export const eventVersion = 1

export interface EventStamp {
  readonly v: typeof eventVersion
  readonly source: SourceId
  /** Counts from 1 per source without a gap; a gap is counted as loss. */
  readonly seq: number
  /** Milliseconds since the Unix epoch with a fraction, on the source's own clock. */
  readonly at: number
  /**
   * Made by the registry from the event before it, in that event's source and with its number. A replay makes it
   * anew, so a recorded one is not applied again.
   */
  readonly derived?: true
}

/** Cause and detail as the Why column reads them: "by you" / "at checkpoint page 41". No full stop. */
export interface Why {
  readonly text: string
  readonly detail?: string
}

/** One line that a task wrote. */
export interface LogLine {
  readonly stream: 'log' | 'stdout' | 'stderr'
  readonly level?: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
}

export interface Progress {
  readonly current: number
  readonly total?: number
  readonly message?: string
}

/** What a task is when it is first heard of. Its state is `pending`. */
export interface TaskCreated {
  readonly kind: 'task.created'
  readonly id: TaskId
  readonly node: TaskKind
  readonly name: string
  /** What tells it from its siblings, read beside the name: a URL, a file. */
  readonly label?: string
  readonly parent?: NodeId
  readonly isolation?: Isolation
  readonly attempt: number
  readonly retryOf?: TaskId
  readonly trace: TraceIds
  readonly input?: Payload
  readonly timeoutMs?: number
  /** An MCP time to live in milliseconds, counted by the peer from `createdAt`; `null` is the wire's "without end". */
  readonly ttlMs?: number | null
  readonly pollIntervalMs?: number
  /** The client of an MCP conversation runs it, for the server. */
  readonly host?: 'client'
  readonly capabilities: Capabilities
  readonly why?: Why
  /** The control that asked for it. */
  readonly control?: ControlId
}

/** A transition. The source has asked the lifecycle table; the registry asks again and reports what is illegal. */
export interface TaskTransition {
  readonly kind: 'task.state'
  readonly id: TaskId
  readonly from: LifecycleState
  readonly to: LifecycleState
  readonly by?: Actor
  readonly why?: Why
  /** The control that caused it. */
  readonly control?: ControlId
  /** With `to: 'cancelling'`. */
  readonly cause?: CancelCause
  /** With a terminal state. */
  readonly outcome?: Outcome
}

export type TaskEventBody =
  | {
      readonly kind: 'node.opened'
      readonly id: NodeId
      readonly node: NodeKind
      readonly name: string
      readonly parent?: NodeId
      readonly status: NodeStatus
      readonly facts?: NodeFacts
      readonly capabilities: Capabilities
      readonly why?: Why
    }
  | {
      readonly kind: 'node.changed'
      readonly id: NodeId
      readonly status?: NodeStatus
      /** Merged over what is known; a fact set to `null` is dropped. */
      readonly facts?: NodeFacts
      readonly capabilities?: Capabilities
      readonly offers?: readonly Offer[]
      readonly breakpoints?: readonly Breakpoint[]
      readonly why?: Why
    }
  | TaskCreated
  | TaskTransition
  | {
      readonly kind: 'task.changed'
      readonly id: TaskId
      /** `draining`: its function has ended, its children have not. */
      readonly phase?: 'draining'
      readonly label?: string
      readonly why?: Why
      readonly capabilities?: Capabilities
      readonly ttlMs?: number | null
      readonly pollIntervalMs?: number
    }
  | ({ readonly kind: 'task.progress'; readonly id: TaskId; readonly folded?: number } & Progress)
  | { readonly kind: 'task.checkpoint'; readonly id: TaskId; readonly label: string; readonly folded?: number }
  /** Its peer was asked for its status; `polls` counts all such requests so far. */
  | { readonly kind: 'task.polled'; readonly id: TaskId; readonly polls: number }
  | {
      readonly kind: 'task.log'
      readonly id: TaskId | NodeId
      readonly lines: readonly LogLine[]
      /** Lines that were dropped because too many came at once. */
      readonly dropped?: number
    }
  | { readonly kind: 'task.hold'; readonly id: TaskId; readonly hold: Hold; readonly stack?: readonly StackFrame[] }
  | { readonly kind: 'task.released'; readonly id: TaskId; readonly holdId: string }
  | { readonly kind: 'task.asked'; readonly id: TaskId; readonly question: InputQuestion }
  | {
      readonly kind: 'task.answered'
      readonly id: TaskId
      readonly requestId: string
      readonly action: InputAnswer['action']
      readonly by: Actor
    }
  | { readonly kind: 'task.live'; readonly id: TaskId; readonly value: Payload }
  /** Its live state was changed from outside. */
  | {
      readonly kind: 'task.replaced'
      readonly id: TaskId
      readonly by: Actor
      readonly before: Payload
      readonly after: Payload
      /** An earlier change was taken back. */
      readonly undo?: true
      readonly control?: ControlId
    }
  | { readonly kind: 'task.status'; readonly id: TaskId; readonly status: TaskStatus }
  | { readonly kind: 'task.statistics'; readonly id: TaskId; readonly statistics: TaskStatistics }
  | { readonly kind: 'task.logged'; readonly id: TaskId; readonly log: TaskLog }
  /** What is hung on it for debugging, after a change. */
  | { readonly kind: 'task.debug'; readonly id: TaskId; readonly debug: DebugSettings }
  | { readonly kind: 'supervisor.report'; readonly id: NodeId; readonly report: SupervisorReport }
  /**
   * The outcome of a task whose end was told without it: the result of a legacy MCP task is fetched after its status.
   * Takes the place of the outcome that the end came with; never a change of state.
   */
  | { readonly kind: 'task.outcome'; readonly id: TaskId; readonly outcome: Outcome }
  /** Something came after the end: never a change of state. */
  | { readonly kind: 'task.late'; readonly id: TaskId; readonly what: 'result' | 'error'; readonly value: Payload }
  /** The task's work shows life although it has ended; `settled` when it has stopped at last. */
  | { readonly kind: 'task.sign'; readonly id: TaskId; readonly text: string; readonly settled?: boolean }
  | { readonly kind: 'stack.taken'; readonly id: NodeId; readonly stack: readonly StackFrame[] }
  | { readonly kind: 'control.requested'; readonly request: ControlRequest }
  | { readonly kind: 'control.acknowledged'; readonly control: ControlId }
  | { readonly kind: 'control.effective'; readonly control: ControlId; readonly effect?: string }
  | { readonly kind: 'control.refused'; readonly control: ControlId; readonly reason: string }
  | { readonly kind: 'control.noAnswer'; readonly control: ControlId }
  | { readonly kind: 'finding'; readonly finding: Finding }
  /** Code of a task has a span open, and has had it for a moment; one that ends at once is only told of at its end. */
  | { readonly kind: 'span.started'; readonly task: TaskId; readonly span: OpenSpanData }
  | { readonly kind: 'span.ended'; readonly task?: TaskId; readonly span: SpanData }
  /** Another program told of this trace over OTLP. It is shown, and never exported. */
  | {
      readonly kind: 'trace.received'
      readonly traceId: string
      readonly spans: readonly SpanData[]
      readonly logs: readonly ReceivedLog[]
      /** About what these take up, bytes. */
      readonly bytes: number
      /** Spans and logs of it that came and were not kept, since the event before. */
      readonly lost?: number
    }

/** A stamped fact. */
export type TaskEvent = EventStamp & TaskEventBody

export type TaskEventKind = TaskEvent['kind']

/** A fact with its place in the order in which the registry saw all facts of all sources. */
export type OrderedEvent = TaskEvent & { readonly ord: number }
