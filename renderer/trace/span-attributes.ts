/**
 * What our own spans say of a task, under the names under which they leave for a collector (a test holds them equal).
 * A span on screen may still be open, so it has what is known so far.
 */
import { actorText } from '../../core/model/actor.ts'
import type { Attributes, AttributeValue, OpenSpanData } from '../../core/model/span.ts'
import type { SpanNode, StateNode, TaskNode } from './span-node.ts'

export const shownNames = {
  taskId: 'taskscope.task.id',
  taskName: 'taskscope.task.name',
  taskLabel: 'taskscope.task.label',
  taskKind: 'taskscope.task.kind',
  taskIsolation: 'taskscope.task.isolation',
  taskAttempt: 'taskscope.task.attempt',
  taskPolls: 'taskscope.task.polls',
  sourceId: 'taskscope.source.id',
  outcome: 'taskscope.outcome',
  failure: 'taskscope.failure',
  runningMs: 'taskscope.time.running_ms',
  suspendedMs: 'taskscope.time.suspended_ms',
  pending: 'taskscope.pending',
  state: 'taskscope.state',
  enteredFrom: 'taskscope.entered.from',
  enteredBy: 'taskscope.entered.by',
  enteredWhy: 'taskscope.entered.why',
} as const

export const shownScope = { name: 'taskscope.lifecycle', version: '1' } as const

export function attributesOf(node: SpanNode): Attributes {
  switch (node.kind) {
    case 'code':
      return node.span.attributes
    case 'task':
      return taskAttributes(node)
    case 'state':
      return stateAttributes(node)
  }
}

function taskAttributes({ row, to }: TaskNode): Attributes {
  return known({
    [shownNames.taskId]: row.id,
    [shownNames.taskName]: row.name,
    [shownNames.taskLabel]: row.label,
    [shownNames.taskKind]: row.node,
    [shownNames.sourceId]: row.source,
    [shownNames.taskAttempt]: row.attempt,
    [shownNames.taskIsolation]: row.isolation,
    [shownNames.taskPolls]: row.polls,
    [shownNames.runningMs]: to === undefined ? undefined : row.runningMs,
    [shownNames.suspendedMs]: to === undefined ? undefined : row.suspendedMs,
    [shownNames.outcome]: to === undefined ? undefined : row.state,
    [shownNames.failure]: row.failure,
    [shownNames.state]: to === undefined ? row.state : undefined,
  })
}

function stateAttributes({ row, interval, before }: StateNode): Attributes {
  const { why, by } = interval
  return known({
    [shownNames.taskId]: row.id,
    [shownNames.taskName]: row.name,
    [shownNames.state]: interval.state,
    [shownNames.enteredFrom]: before?.state,
    [shownNames.enteredBy]: by === undefined ? undefined : actorText(by),
    [shownNames.enteredWhy]: why === undefined ? undefined : [why.text, why.detail].filter(Boolean).join(' · '),
  })
}

/** The span as OpenTelemetry has it; an open one says so. `undefined` for a task whose source gave it no span. */
export function spanDataOf(node: SpanNode, traceId: string): OpenSpanData | undefined {
  if (node.kind === 'code') return node.span
  const { trace } = node.row
  if (node.spanId === undefined || trace === undefined) return undefined
  const parentSpanId = node.kind === 'state' ? trace.spanId : trace.parentSpanId
  const failed = node.kind === 'task' && node.error
  return {
    traceId,
    spanId: node.spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: node.name,
    kind: node.kind === 'task' && node.row.node === 'call' ? 'client' : 'internal',
    start: node.from,
    ...(node.to === undefined ? {} : { end: node.to }),
    status: { code: failed ? 'error' : node.kind === 'task' && node.row.state === 'completed' ? 'ok' : 'unset' },
    attributes: { ...attributesOf(node), ...(node.to === undefined ? { [shownNames.pending]: true } : {}) },
    events: [],
    links: [],
    scope: shownScope,
  }
}

function known(parts: Readonly<Record<string, AttributeValue | undefined>>): Attributes {
  const attributes: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) attributes[name] = value
  return attributes
}
