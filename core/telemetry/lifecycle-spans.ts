/**
 * The three kinds of spans that a task's life becomes: the task span, one span per stay in a state, and the pending
 * record that shows a task before it has ended. Pure: the same task makes the same spans.
 */
import { actorText } from '../model/actor.ts'
import { derivedSpanId, pendingRecordNumber } from '../model/derived-span-id.ts'
import type { TaskCreated, TaskTransition } from '../model/event.ts'
import type { Mutable } from '../model/mutable.ts'
import type { Outcome } from '../model/outcome.ts'
import type { ErrorInfo } from '../model/payload.ts'
import type { AttributeValue, SpanData, SpanEventData, SpanLinkData } from '../model/span.ts'
import { lifecycleScope, attributeNames as names, spanEventNames, spanNames } from './attribute-names.ts'
import type { BegunSpan } from './open-ledger.ts'
import type { EndedInterval, OpenTask, Stamped } from './open-task.ts'

/** Longest text of one attribute, UTF-16 code units. */
const maxAttributeText = 4096

/** What `error.type` is when a tool itself reported that it failed (`isError`). */
const toolError = 'tool_error'

const noEvents: readonly SpanEventData[] = []
const noLinks: readonly SpanLinkData[] = []

type MutableAttributes = Record<string, AttributeValue>

/** A task whose creation, and so whose ids, are known. */
export type BornTask = OpenTask & { readonly created: Stamped<TaskCreated> }

/** The span of the whole task. `transition` is the one that ended it; without one the task was let go unended. */
export function taskSpan(task: BornTask, end: number, transition: TaskTransition | undefined): SpanData {
  const { created } = task
  const outcome = transition?.outcome
  const attributes = createdAttributes(task)
  attributes[names.runningMs] = task.runningMs
  attributes[names.suspendedMs] = task.suspendedMs
  if (task.polls > 0) attributes[names.taskPolls] = task.polls
  attributes[names.outcome] = transition === undefined ? 'unknown' : transition.to
  if (transition !== undefined) addTransition(attributes, transition)
  if (outcome !== undefined) addOutcome(attributes, outcome, task)
  const { traceId, spanId, parentSpanId } = created.trace
  const span: Mutable<SpanData> = {
    traceId,
    spanId,
    name: spanName(created),
    kind: created.node === 'call' ? 'client' : 'internal',
    start: task.start,
    end,
    status: statusOf(transition, outcome),
    attributes,
    events: outcome?.status === 'failed' ? [exceptionEvent(outcome.error, end)] : noEvents,
    links: linksOf(task),
    scope: lifecycleScope,
  }
  if (parentSpanId !== undefined) span.parentSpanId = parentSpanId
  return span
}

/** The span of one stay in a state, a child of the task span. */
export function intervalSpan(task: BornTask, interval: EndedInterval): SpanData {
  const { trace } = task.created
  const attributes: MutableAttributes = {
    [names.taskId]: task.id,
    [names.taskName]: task.created.name,
    [names.state]: interval.state,
  }
  const { entered, left } = interval
  if (entered !== undefined) {
    attributes[names.enteredFrom] = entered.from
    if (entered.by !== undefined) attributes[names.enteredBy] = actorText(entered.by)
    if (entered.why !== undefined) attributes[names.enteredWhy] = whyText(entered.why)
    if (entered.control !== undefined) attributes[names.enteredControl] = entered.control
    if (entered.cause !== undefined) attributes[names.cancelCause] = entered.cause
  }
  if (left !== undefined) addTransition(attributes, left)
  if (interval.polls > 0) attributes[names.taskPolls] = interval.polls
  if (interval.droppedEvents > 0) attributes[names.droppedEvents] = interval.droppedEvents
  return {
    traceId: trace.traceId,
    spanId: derivedSpanId(trace.spanId, interval.number),
    parentSpanId: trace.spanId,
    name: spanNames.state + interval.state,
    kind: 'internal',
    start: interval.start,
    end: interval.end,
    status: { code: 'unset' },
    attributes,
    events: interval.events,
    links: noLinks,
    scope: lifecycleScope,
  }
}

/** A span without length that says: this task has begun and has not ended. Its id is its own. */
export function pendingRecord(task: BornTask): SpanData {
  const { trace } = task.created
  const attributes = createdAttributes(task)
  attributes[names.pending] = true
  attributes[names.state] = task.state
  return {
    traceId: trace.traceId,
    spanId: derivedSpanId(trace.spanId, pendingRecordNumber),
    parentSpanId: trace.spanId,
    name: spanName(task.created),
    kind: 'internal',
    start: task.start,
    end: task.start,
    status: { code: 'unset' },
    attributes,
    events: noEvents,
    links: noLinks,
    scope: lifecycleScope,
  }
}

/** What is known of a task span when it begins. */
export function begunSpan(task: BornTask): BegunSpan {
  const { created } = task
  return {
    ...created.trace,
    name: spanName(created),
    kind: created.node === 'call' ? 'client' : 'internal',
    start: task.start,
    attributes: createdAttributes(task),
    links: linksOf(task),
    scope: lifecycleScope,
  }
}

/** The span of a task, or of its code, whose end nobody saw, because the process that watched it was killed. */
export function interruptedSpan(begun: BegunSpan, lastAliveAt: number): SpanData {
  const isTask = isTaskSpan(begun)
  return {
    ...begun,
    end: Math.max(begun.start, lastAliveAt),
    status: { code: 'error', message: `Taskscope ended before the ${isTask ? 'task' : 'span'} did` },
    attributes: { ...begun.attributes, ...(isTask && { [names.outcome]: 'unknown' }), [names.interrupted]: true },
    events: noEvents,
  }
}

/** Whether it is the span of a whole task, and not one of its code. */
export function isTaskSpan({ scope }: BegunSpan): boolean {
  return scope?.name === lifecycleScope.name
}

/** Cuts a text so that no attribute grows without bound. */
export function attributeText(text: string): string {
  return text.length <= maxAttributeText ? text : `${text.slice(0, maxAttributeText - 1)}…`
}

/** A Why as one text: "by you · at checkpoint page 41". */
export function whyText(why: { readonly text: string; readonly detail?: string }): string {
  return attributeText(why.detail === undefined ? why.text : `${why.text} · ${why.detail}`)
}

function linksOf(task: BornTask): readonly SpanLinkData[] {
  if (task.retryOf === undefined && task.madeBy === undefined) return noLinks
  return [task.retryOf, task.madeBy].filter((link) => link !== undefined)
}

function spanName(created: TaskCreated): string {
  return (created.node === 'call' ? spanNames.toolCall : spanNames.task) + created.name
}

function createdAttributes(task: BornTask): MutableAttributes {
  const { created } = task
  const attributes: MutableAttributes = {
    [names.taskId]: task.id,
    [names.taskName]: created.name,
    [names.taskKind]: created.node,
    [names.sourceId]: task.source,
    [names.taskAttempt]: created.attempt,
  }
  if (created.label !== undefined) attributes[names.taskLabel] = attributeText(created.label)
  if (created.parent !== undefined) attributes[names.taskParentId] = created.parent
  if (created.isolation !== undefined) attributes[names.taskIsolation] = created.isolation
  if (created.retryOf !== undefined) attributes[names.taskRetryOf] = created.retryOf
  if (created.timeoutMs !== undefined) attributes[names.taskTimeoutMs] = created.timeoutMs
  if (typeof created.ttlMs === 'number') attributes[names.taskTtlMs] = created.ttlMs
  if (created.node === 'call') {
    attributes[names.mcpMethodName] = 'tools/call'
    attributes[names.toolName] = created.name
    attributes[names.operationName] = 'execute_tool'
    Object.assign(attributes, task.connection)
  }
  return attributes
}

function addTransition(attributes: MutableAttributes, transition: TaskTransition): void {
  attributes[names.from] = transition.from
  attributes[names.to] = transition.to
  if (transition.by !== undefined) attributes[names.by] = actorText(transition.by)
  if (transition.why !== undefined) attributes[names.why] = whyText(transition.why)
  if (transition.control !== undefined) attributes[names.control] = transition.control
}

function addOutcome(attributes: MutableAttributes, outcome: Outcome, task: BornTask): void {
  switch (outcome.status) {
    case 'completed':
      if (outcome.toolError === true) attributes[names.errorType] = toolError
      if (outcome.afterCancelRequest === true) attributes[names.afterCancelRequest] = true
      return
    case 'failed':
      attributes[names.failure] = outcome.kind
      attributes[names.errorType] = errorType(outcome.kind, outcome.error, task)
      // JSON-RPC has numbers; a text is the code of something that broke on this side.
      if (task.created.node === 'call' && typeof outcome.error.code === 'number')
        attributes[names.rpcStatusCode] = String(outcome.error.code)
      return
    case 'cancelled':
      attributes[names.cancelReason] = attributeText(outcome.reason)
  }
}

/** The convention wants a JSON-RPC code as text where there is one, else a name of low cardinality. */
function errorType(kind: string, error: ErrorInfo, { connection }: BornTask): string {
  if (error.code !== undefined) return String(error.code)
  // Over the older wire a tool's own error fails the task.
  if (connection !== undefined && error.name === 'ToolError') return toolError
  return kind === 'error' ? error.name : kind
}

function statusOf(transition: TaskTransition | undefined, outcome: Outcome | undefined): SpanData['status'] {
  if (transition === undefined || transition.to === 'cancelled') return { code: 'unset' }
  if (transition.to === 'failed') {
    const message = outcome?.status === 'failed' ? outcome.error.message : transition.why?.text
    return message === undefined ? { code: 'error' } : { code: 'error', message: attributeText(message) }
  }
  if (outcome?.status === 'completed' && outcome.toolError === true) {
    return { code: 'error', message: 'the tool reported an error' }
  }
  return { code: 'ok' }
}

function exceptionEvent(error: ErrorInfo, at: number): SpanEventData {
  const attributes: MutableAttributes = {
    [names.exceptionType]: error.name,
    [names.exceptionMessage]: attributeText(error.message),
  }
  if (error.stack !== undefined) attributes[names.exceptionStacktrace] = attributeText(error.stack)
  return { name: spanEventNames.exception, at, attributes }
}
