/**
 * The one observer of the registry that makes every lifecycle span, from events and nothing else. Ids come with
 * `task.created` or follow from it, times are those of the events: the same events make the same spans.
 * It guarantees: one task span per task, sent once; intervals that tile the task's life; no span id twice.
 */
import { actorText } from '../model/actor.ts'
import type { Timers } from '../model/clock.ts'
import type { ControlRequest } from '../model/control.ts'
import type { OrderedEvent, TaskCreated, TaskTransition } from '../model/event.ts'
import type { EventSubject } from '../model/event-subject.ts'
import type { ControlId, NodeId, NodeKey, SourceId } from '../model/identity.ts'
import { nodeKey } from '../model/identity.ts'
import { silences } from '../model/interrupted-span.ts'
import { isTerminal, whyForbidden } from '../model/lifecycle.ts'
import type { Attributes, SpanEventData, TraceIds } from '../model/span.ts'
import { attributeNames } from './attribute-names.ts'
import { LaterIntervalSpan, LaterTaskSpan } from './later-spans.ts'
import type { BornTask } from './lifecycle-spans.ts'
import { begunSpan, pendingRecord } from './lifecycle-spans.ts'
import { createOpenCodeSpans } from './open-code-spans.ts'
import type { BegunSpan } from './open-ledger.ts'
import type { EndedInterval, OpenTask } from './open-task.ts'
import { addSpanEvent, maxUnbornIntervals, openTask } from './open-task.ts'
import { controlSpan, inputSpan, toolCallSpan } from './side-spans.ts'
import type { KnownControl } from './span-events.ts'
import { controlEvent, logEvents, spanEventOf } from './span-events.ts'
import type { LaterSpan, SpanSink } from './span-sink.ts'
import { createYoungTasks } from './young-tasks.ts'

/** A wait in `pending` shorter than this is no span of its own, milliseconds. */
const shortestPendingMs = 1
/** Progress becomes at most one span event in this time, milliseconds. */
const progressEveryMs = 1000
/** Controls whose answers are awaited; the oldest is forgotten beyond. */
const maxOpenControls = 10_000

const noEvents: readonly SpanEventData[] = []

/** Hears of task spans when they begin, and of their end after the sink has them. */
export interface SpanLedger {
  /** `make` makes the same span whenever it is called. */
  begun(spanId: string, make: () => BegunSpan): void
  ended(spanId: string): void
}

export interface SpanObserverOptions {
  readonly sink: SpanSink
  /** Ids of a task that may have ended long ago, for links between attempts. Usually the registry's row. */
  readonly traceOf?: (key: NodeKey) => TraceIds | undefined
  /** What is said of the MCP connection that a source is; `undefined` when it is none. */
  readonly mcpOf?: (source: SourceId) => Attributes | undefined
  /** Told of spans that begin and end, so that a crash leaves word of the open ones. */
  readonly ledger?: SpanLedger | undefined
  /** Runs the one-second clock of pending records. Without timers none are made (a replay). */
  readonly timers?: Timers
}

interface OpenControl extends KnownControl {
  readonly target: NodeKey
  readonly at: number
  /** What happened to it after its task had ended. */
  after: SpanEventData[] | undefined
}

/** Fits the registry's observer. */
export interface SpanObserver {
  /** `subject` is the node after the event was applied. */
  event(event: OrderedEvent, subject: EventSubject | undefined): void
  /** The registry has let the node go. A task that had not ended ends with the outcome `unknown`. */
  removed(key: NodeKey): void
  /** Task spans that have begun and not ended. */
  openSpans(): number
  /** Stops the clock of pending records. Open spans stay open: their pending records tell of them. */
  close(): void
}

export function createSpanObserver({ sink, traceOf, mcpOf, timers, ledger }: SpanObserverOptions): SpanObserver {
  const tasks = new Map<NodeKey, OpenTask>()
  const controls = new Map<ControlId, OpenControl>()
  const young = createYoungTasks(timers, (task) => {
    if (isBorn(task)) sink.accept(pendingRecord(task))
  })
  const codeSpans = createOpenCodeSpans(sink, ledger, timers)
  let open = 0

  function event(event: OrderedEvent, subject: EventSubject | undefined): void {
    switch (event.kind) {
      case 'task.created':
        created(event, subject)
        break
      case 'task.state':
        transition(event, subject)
        break
      case 'span.started':
        codeSpans.started(nodeKey(event.source, event.task), event.span)
        break
      case 'span.ended':
        codeSpans.ended(event.span)
        break
      case 'task.polled':
        polled(event, subject)
        break
      case 'control.requested':
        requested(event, event.request)
        break
      case 'control.acknowledged':
      case 'control.effective':
      case 'control.refused':
      case 'control.noAnswer':
        answered(event)
        break
      case 'finding':
        if (event.finding.node !== undefined) happened(event, event.finding.node, subject)
        break
      case 'task.progress':
      case 'task.checkpoint':
      case 'task.changed':
      case 'task.log':
      case 'task.hold':
      case 'task.released':
      case 'task.replaced':
      case 'task.asked':
      case 'task.answered':
        happened(event, event.id, subject)
        break
    }
  }

  function send(span: LaterSpan): void {
    if (sink.acceptLater === undefined) sink.accept(span.make())
    else sink.acceptLater(span)
  }

  function created(event: OrderedEvent & TaskCreated, subject: EventSubject | undefined): void {
    const key = subject?.key ?? nodeKey(event.source, event.id)
    let task = tasks.get(key)
    if (task === undefined) {
      // A second creation of an ended task changes nothing in the registry, and nothing here.
      if (subject?.state !== undefined && isTerminal(subject.state)) return
      task = begin(key, event.id, event)
    }
    if (task.created !== undefined) return
    task.created = event
    if (event.at < task.start) beginEarlier(task, event.at)
    task.connection = mcpOf?.(event.source)
    if (event.node === 'task' && isBorn(task)) calledBy(task, task.connection)
    if (event.retryOf !== undefined) {
      const ids = traceOf?.(nodeKey(event.source, event.retryOf))
      if (ids !== undefined) {
        const attributes = { [attributeNames.linkKind]: 'retry_of' }
        task.retryOf = { traceId: ids.traceId, spanId: ids.spanId, attributes }
      }
    }
    if (task.unborn !== undefined && isBorn(task)) {
      for (const interval of task.unborn) send(new LaterIntervalSpan(task, interval))
      task.unborn = undefined
    }
    if (task.end !== undefined) finish(task, task.end.at, task.end.transition)
    else if (ledger !== undefined && isBorn(task)) ledger.begun(event.trace.spanId, () => begunSpan(task))
  }

  /** A task of an MCP connection was made by a call, which has a span of its own. */
  function calledBy(task: BornTask, connection: Attributes | undefined): void {
    if (connection === undefined) return
    const { control } = task.created
    const call = toolCallSpan(task, control === undefined ? undefined : controls.get(control)?.at, connection)
    const attributes = { [attributeNames.linkKind]: 'made_by' }
    task.madeBy = { traceId: call.traceId, spanId: call.spanId, attributes }
    sink.accept(call)
  }

  function begin(key: NodeKey, id: NodeId, first: OrderedEvent): OpenTask {
    const task = openTask(key, id, first)
    tasks.set(key, task)
    open += 1
    young.add(task)
    return task
  }

  /** Starts a task that is heard of before it is created, as real servers tell of them. */
  function foretold(
    key: NodeKey,
    id: NodeId,
    first: OrderedEvent,
    subject: EventSubject | undefined,
  ): OpenTask | undefined {
    if (subject?.placeholder !== true) return undefined
    return begin(key, id, first)
  }

  function transition(event: OrderedEvent & TaskTransition, subject: EventSubject | undefined): void {
    const key = subject?.key ?? nodeKey(event.source, event.id)
    const task = tasks.get(key) ?? foretold(key, event.id, event, subject)
    if (task === undefined || task.end !== undefined || !accepted(task, event, subject)) return
    const at = Math.max(event.at, task.stateAt)
    endInterval(task, at, event)
    task.state = event.to
    task.stateAt = at
    task.entered = event
    if (isTerminal(event.to)) {
      open -= 1
      young.remove(task)
      finish(task, at, event)
      if (event.outcome?.status === 'failed' && silences(event.outcome.kind)) codeSpans.interrupted(key, at)
    }
  }

  function endInterval(task: OpenTask, at: number, left: TaskTransition | undefined): void {
    const number = task.intervals
    const length = at - task.stateAt
    task.intervals += 1
    if (task.state === 'running') task.runningMs += length
    else if (task.state === 'suspended') task.suspendedMs += length
    // Its events move on to the next interval.
    if (task.state === 'pending' && length < shortestPendingMs) return
    const interval: EndedInterval = {
      number,
      state: task.state,
      start: task.stateAt,
      end: at,
      entered: task.entered,
      left,
      events: task.events ?? noEvents,
      droppedEvents: task.droppedEvents,
      polls: task.polls - task.pollsBefore,
    }
    task.events = undefined
    task.droppedEvents = 0
    task.pollsBefore = task.polls
    if (isBorn(task)) {
      send(new LaterIntervalSpan(task, interval))
    } else {
      task.unborn ??= []
      if (task.unborn.length < maxUnbornIntervals) task.unborn.push(interval)
    }
  }

  function finish(task: OpenTask, at: number, transition: TaskTransition | undefined): void {
    if (isBorn(task)) {
      tasks.delete(task.key)
      for (const question of task.questions?.values() ?? []) sink.accept(inputSpan(task, question, at, undefined))
      send(new LaterTaskSpan(task, at, transition))
      ledger?.ended(task.created.trace.spanId)
    } else if (transition !== undefined) {
      task.end = { at, transition }
    }
  }

  function happened(event: OrderedEvent, id: NodeId, subject: EventSubject | undefined): void {
    const key = subject?.key ?? nodeKey(event.source, id)
    const task = tasks.get(key) ?? foretold(key, id, event, subject)
    if (task === undefined || task.end !== undefined) return
    if (event.at > task.lastAt) task.lastAt = event.at
    if (event.kind === 'task.log') {
      for (const line of logEvents(event)) addSpanEvent(task, line)
      task.droppedEvents += event.dropped ?? 0
      return
    }
    if (event.kind === 'task.progress') {
      if (event.at - task.progressAt < progressEveryMs) return
      task.progressAt = event.at
    }
    if (event.kind === 'task.asked') {
      task.questions ??= new Map()
      task.questions.set(event.question.requestId, event.question)
    }
    if (event.kind === 'task.answered') {
      const question = task.questions?.get(event.requestId)
      task.questions?.delete(event.requestId)
      if (question !== undefined && isBorn(task)) sink.accept(inputSpan(task, question, event.at, event))
    }
    const spanEvent = spanEventOf(event)
    if (spanEvent !== undefined) addSpanEvent(task, spanEvent)
  }

  function polled(event: OrderedEvent & { readonly kind: 'task.polled' }, subject: EventSubject | undefined): void {
    const task = tasks.get(subject?.key ?? nodeKey(event.source, event.id))
    if (task !== undefined && task.end === undefined) task.polls = Math.max(task.polls, event.polls)
  }

  function requested(event: OrderedEvent & { readonly kind: 'control.requested' }, request: ControlRequest): void {
    const control: OpenControl = {
      verb: request.command.verb,
      by: actorText(request.by),
      target: request.target,
      at: event.at,
      after: undefined,
    }
    controls.set(request.id, control)
    if (controls.size > maxOpenControls) {
      const [oldest] = controls.keys()
      if (oldest !== undefined) controls.delete(oldest)
    }
    tellControl(control, controlEvent(event, control))
  }

  function answered(
    event: Extract<OrderedEvent, { readonly kind: `control.${string}`; readonly control: ControlId }>,
  ): void {
    const control = controls.get(event.control)
    if (control === undefined) return
    tellControl(control, controlEvent(event, control))
    if (event.kind !== 'control.effective' && event.kind !== 'control.refused') return
    controls.delete(event.control)
    const trace = control.after === undefined ? undefined : traceOf?.(control.target)
    if (trace !== undefined) sink.accept(controlSpan(trace, event.control, control, control.after ?? []))
  }

  /** A span event of the open task, else a part of the control's own span. */
  function tellControl(control: OpenControl, spanEvent: SpanEventData): void {
    const task = tasks.get(control.target)
    if (task !== undefined && task.end === undefined) {
      addSpanEvent(task, spanEvent)
    } else {
      control.after ??= []
      control.after.push(spanEvent)
    }
  }

  function removed(key: NodeKey): void {
    const task = tasks.get(key)
    if (task === undefined) {
      codeSpans.interrupted(key, 0)
      return
    }
    if (task.end === undefined) {
      open -= 1
      young.remove(task)
      const at = Math.max(task.stateAt, task.lastAt)
      endInterval(task, at, undefined)
      finish(task, at, undefined)
      codeSpans.interrupted(key, at)
    }
    tasks.delete(key)
  }

  function close(): void {
    young.close()
    codeSpans.close()
  }

  return { event, removed, openSpans: () => open, close }
}

/** A peer may date the creation before the first thing that was heard of the task: its first interval began then. */
function beginEarlier(task: OpenTask, at: number): void {
  task.start = at
  const first = task.unborn?.[0]
  if (task.unborn !== undefined && first !== undefined) task.unborn[0] = { ...first, start: at }
  else task.stateAt = at
}

function isBorn(task: OpenTask): task is BornTask {
  return task.created !== undefined
}

/** The registry has judged already: the node is in the new state, or the event was illegal and changed nothing. */
function accepted(task: OpenTask, event: TaskTransition, subject: EventSubject | undefined): boolean {
  if (event.to === task.state) return false
  if (subject?.state !== undefined) return subject.state === event.to
  return whyForbidden(task.state, event.to) === undefined
}
