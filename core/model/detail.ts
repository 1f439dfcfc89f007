/**
 * Everything known of one selected node: what rows are too small for. Lists are bounded, newest kept,
 * with a count of what was dropped.
 */
import type { Actor } from './actor.ts'
import type { ControlRecord } from './control.ts'
import type { LogLine, OrderedEvent, Why } from './event.ts'
import type { Finding } from './finding.ts'
import type { NodeKey } from './identity.ts'
import type { InputQuestion } from './input-question.ts'
import type { LifecycleState } from './lifecycle.ts'
import type { Offer } from './node.ts'
import type { Outcome } from './outcome.ts'
import type { Payload } from './payload.ts'
import type { Row } from './row.ts'
import type { SpanData } from './span.ts'
import type { StackFrame } from './stack.ts'
import type { DebugSettings, TaskLog, TaskStatistics, TaskStatus } from './task-debug.ts'

/** A list that keeps its newest entries and says how many older ones it let go. */
export interface Bounded<T> {
  readonly items: readonly T[]
  readonly dropped: number
}

/** One stay in a state; without `to` it goes on. Times are milliseconds since the Unix epoch. */
export interface StateInterval {
  readonly state: LifecycleState
  readonly from: number
  readonly to?: number
  /** Of a wait (pending, suspended, input required, cancelling): its cause as it was last told, and whose it is. */
  readonly why?: Why
  readonly by?: Actor
}

export interface TimedLogLine extends LogLine {
  readonly at: number
}

/** The newest change of a live state from outside. */
export interface StateReplacement {
  readonly by: Actor
  readonly before: Payload
  readonly after: Payload
  readonly undo?: true
  readonly at: number
}

/** What was last told of a task on request, each as of its own time. */
export interface TaskInspection {
  readonly replaced?: StateReplacement
  readonly status?: { readonly value: TaskStatus; readonly at: number }
  readonly statistics?: { readonly value: TaskStatistics; readonly at: number }
  readonly log?: { readonly value: TaskLog; readonly at: number }
  readonly debug?: DebugSettings
}

export interface Detail {
  readonly key: NodeKey
  readonly row: Row
  readonly input?: Payload
  readonly outcome?: Outcome
  /** The task's live state as last formatted. */
  readonly live?: { readonly value: Payload; readonly at: number }
  readonly inspection?: TaskInspection
  /** The newest of its own, else of the nearest node above it (its host's main thread). */
  readonly stack?: { readonly frames: readonly StackFrame[]; readonly at: number }
  readonly questions: readonly InputQuestion[]
  /** Newest first. */
  readonly controls: readonly ControlRecord[]
  readonly intervals: readonly StateInterval[]
  readonly events: Bounded<OrderedEvent>
  readonly logs: Bounded<TimedLogLine>
  readonly spans: Bounded<SpanData>
  readonly findings: Bounded<Finding & { readonly at: number }>
  readonly offers: readonly Offer[]
}

/** What a timeline lane needs of one task. */
export interface Lane {
  readonly key: NodeKey
  readonly intervals: readonly StateInterval[]
  /** Times of the newest checkpoints and signs of life. */
  readonly checkpoints: readonly number[]
  readonly signs: readonly number[]
}
