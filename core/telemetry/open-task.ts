/**
 * What the span observer remembers of one task while its span is open: as little as possible, because a hundred
 * thousand tasks may be open at once.
 */
import type { EventStamp, TaskCreated, TaskTransition } from '../model/event.ts'
import type { NodeKey, SourceId, TaskId } from '../model/identity.ts'
import type { InputQuestion } from '../model/input-question.ts'
import type { LifecycleState } from '../model/lifecycle.ts'
import type { Attributes, SpanEventData, SpanLinkData } from '../model/span.ts'

/** A span holds at most this many events; the rest is counted. */
export const maxSpanEvents = 128

/** At most this many ended intervals wait for a task that was heard of before it was created. */
export const maxUnbornIntervals = 64

export type Stamped<Body> = EventStamp & Body

/** One stay in a state that is over: what began it and what ended it. Times as in the events. */
export interface EndedInterval {
  readonly number: number
  readonly state: LifecycleState
  readonly start: number
  readonly end: number
  readonly entered: TaskTransition | undefined
  readonly left: TaskTransition | undefined
  readonly events: readonly SpanEventData[]
  readonly droppedEvents: number
  /** How often the peer was asked for its status meanwhile. */
  readonly polls: number
}

export interface OpenTask {
  readonly key: NodeKey
  readonly source: SourceId
  readonly id: TaskId
  /** Absent while the task is only known from events that came before its creation. */
  created: Stamped<TaskCreated> | undefined
  /** The attempt before this one. */
  retryOf: SpanLinkData | undefined
  start: number
  state: LifecycleState
  /** When the present state began. */
  stateAt: number
  entered: TaskTransition | undefined
  /** The newest sign of it inside the present state; below `stateAt` when there was none. */
  lastAt: number
  /** How many intervals have ended; numbers the next one. */
  intervals: number
  runningMs: number
  suspendedMs: number
  /** Events of the present interval. */
  events: SpanEventData[] | undefined
  droppedEvents: number
  progressAt: number
  /** How often the peer was asked for its status: in all, and before the present interval. */
  polls: number
  pollsBefore: number
  /** Questions that wait for an answer. */
  questions: Map<string, InputQuestion> | undefined
  /** What is said of the MCP connection that it came over. */
  connection: Attributes | undefined
  /** The call that it was made by. */
  madeBy: SpanLinkData | undefined
  /** Intervals that wait for the ids that `task.created` brings. */
  unborn: EndedInterval[] | undefined
  /** How it ended, when it ended before it was created. */
  end: { readonly at: number; readonly transition: TaskTransition } | undefined
  /** The tick of the pending-record clock at which it was first heard of. */
  tick: number
  /** Neighbours in the list of tasks that have no pending record yet. */
  older: OpenTask | undefined
  younger: OpenTask | undefined
}

/** Starts the memory of a task with the first event that was heard of it. */
export function openTask(key: NodeKey, id: TaskId, first: EventStamp): OpenTask {
  return {
    key,
    source: first.source,
    id,
    created: undefined,
    retryOf: undefined,
    start: first.at,
    state: 'pending',
    stateAt: first.at,
    entered: undefined,
    lastAt: first.at,
    intervals: 0,
    runningMs: 0,
    suspendedMs: 0,
    events: undefined,
    droppedEvents: 0,
    progressAt: Number.NEGATIVE_INFINITY,
    polls: 0,
    pollsBefore: 0,
    questions: undefined,
    connection: undefined,
    madeBy: undefined,
    unborn: undefined,
    end: undefined,
    tick: 0,
    older: undefined,
    younger: undefined,
  }
}

/** Adds a span event to the present interval, or counts it when the interval is full. */
export function addSpanEvent(task: OpenTask, event: SpanEventData): void {
  task.events ??= []
  if (task.events.length < maxSpanEvents) task.events.push(event)
  else task.droppedEvents += 1
}
