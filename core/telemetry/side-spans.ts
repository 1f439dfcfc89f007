/**
 * Spans beside a task's own and its intervals: the wait for a person's answer, a control that outlived its task, the
 * call that made an MCP task. Their ids follow from the task's, so that a replay makes them again.
 */
import { actorText } from '../model/actor.ts'
import { derivedSpanId, pendingRecordNumber } from '../model/derived-span-id.ts'
import type { OrderedEvent } from '../model/event.ts'
import type { ControlId } from '../model/identity.ts'
import type { InputQuestion } from '../model/input-question.ts'
import type { Attributes, AttributeValue, SpanData, SpanEventData, TraceIds } from '../model/span.ts'
import { lifecycleScope, attributeNames as names, spanNames } from './attribute-names.ts'
import { attributeText, type BornTask } from './lifecycle-spans.ts'
import type { KnownControl } from './span-events.ts'

type Answer = Extract<OrderedEvent, { readonly kind: 'task.answered' }>

/** From a question to its answer; without one the task ended first. */
export function inputSpan(task: BornTask, question: InputQuestion, end: number, answer: Answer | undefined): SpanData {
  const attributes: Record<string, AttributeValue> = {
    [names.taskId]: task.id,
    [names.inputRequestId]: question.requestId,
    [names.inputMessage]: attributeText(question.message),
  }
  if (answer !== undefined) {
    attributes[names.inputAction] = answer.action
    attributes[names.inputBy] = actorText(answer.by)
  }
  return sideSpan(task.created.trace, `input ${question.requestId} ${question.askedAt}`, {
    name: spanNames.input,
    kind: 'internal',
    start: question.askedAt,
    end: Math.max(end, question.askedAt),
    attributes,
  })
}

/** A control of which a part happened after the end of its task, from its request to its last fact. */
export function controlSpan(
  trace: TraceIds,
  id: ControlId,
  control: KnownControl & { readonly at: number },
  events: readonly SpanEventData[],
): SpanData {
  return {
    ...sideSpan(trace, `control ${id}`, {
      name: spanNames.control + control.verb,
      kind: 'internal',
      start: control.at,
      end: events.reduce((last, { at }) => Math.max(last, at), control.at),
      attributes: { [names.controlId]: id, [names.controlVerb]: control.verb, [names.controlBy]: control.by },
    }),
    events,
  }
}

/** The `tools/call` that was answered with a task: from the request, as far as it is known, to the task's creation. */
export function toolCallSpan(task: BornTask, requestedAt: number | undefined, connection: Attributes): SpanData {
  const { trace, name } = task.created
  const span = sideSpan(trace, 'call', {
    name: spanNames.toolCall + name,
    kind: 'client',
    start: Math.min(requestedAt ?? task.start, task.start),
    end: task.start,
    attributes: {
      [names.mcpMethodName]: 'tools/call',
      [names.toolName]: name,
      [names.operationName]: 'execute_tool',
      ...connection,
    },
  })
  const { parentSpanId: _task, ...withoutParent } = span
  // A sibling of the task span, under whatever asked for both.
  return trace.parentSpanId === undefined ? withoutParent : { ...span, parentSpanId: trace.parentSpanId }
}

type Side = Pick<SpanData, 'name' | 'kind' | 'start' | 'end' | 'attributes'>

function sideSpan(trace: TraceIds, identity: string, side: Side): SpanData {
  return {
    traceId: trace.traceId,
    spanId: derivedSpanId(trace.spanId, sideNumber(identity)),
    parentSpanId: trace.spanId,
    status: { code: 'unset' },
    events: [],
    links: [],
    scope: lifecycleScope,
    ...side,
  }
}

/** A number above those of intervals, from a text (FNV-1a, public domain). */
function sideNumber(identity: string): number {
  let hash = 0x811c_9dc5
  for (let n = 0; n < identity.length; n++) hash = Math.imul(hash ^ identity.charCodeAt(n), 0x0100_0193)
  const number = (hash | 0x8000_0000) >>> 0
  return number === pendingRecordNumber ? 0x8000_0000 : number
}
