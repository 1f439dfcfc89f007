/**
 * The spans of one task as rows of a waterfall: the task's own span, one per stay in a state, and the spans of its
 * code below them. The first two are derived from the same intervals as the timeline, so the two cannot disagree.
 */
import type { Detail } from '../../core/model/detail.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow } from '../../core/model/row.ts'
import type { Attributes, SpanData, SpanEventData } from '../../core/model/span.ts'
import { faceOf, type StateFace } from '../icons/state-face.ts'

export interface SpanRow {
  readonly id: string
  readonly name: string
  /** What is read beside the name: a label, by whom. */
  readonly label?: string
  readonly depth: number
  readonly from: number
  /** Absent while it is open. */
  readonly to?: number
  /** Of our own spans; those of user code are neutral. */
  readonly face?: StateFace
  readonly error: boolean
  readonly kind: 'task' | 'state' | 'code'
  readonly attributes: Attributes
  readonly events: readonly SpanEventData[]
  readonly spanId?: string
}

export interface SpanSummary {
  readonly traceId?: string
  readonly rows: readonly SpanRow[]
  readonly open: number
  readonly errors: number
  readonly dropped: number
}

export function spanSummary(detail: Detail): SpanSummary {
  const rows = [...ownRows(detail), ...codeRows(detail)]
  const traceId = isTaskRow(detail.row) ? detail.row.trace?.traceId : detail.spans.items[0]?.traceId
  return {
    ...(traceId === undefined ? {} : { traceId }),
    rows,
    open: rows.filter((row) => row.to === undefined).length,
    errors: rows.filter((row) => row.error).length,
    dropped: detail.spans.dropped,
  }
}

function ownRows(detail: Detail): readonly SpanRow[] {
  const { row } = detail
  if (!isTaskRow(row)) return []
  const face = faceOf(row.state, row.failure)
  const shared = { 'taskscope.task.id': row.id } satisfies Attributes
  const task: SpanRow = {
    id: 'task',
    name: `task ${row.name}`,
    depth: 0,
    from: row.createdAt,
    face,
    error: row.state === 'failed',
    kind: 'task',
    attributes: { ...shared, 'taskscope.state': row.state, 'taskscope.attempt': row.attempt },
    events: [],
    ...(row.label === undefined ? {} : { label: row.label }),
    ...(row.endedAt === undefined ? {} : { to: row.endedAt }),
    ...(row.trace === undefined ? {} : { spanId: row.trace.spanId }),
  }
  const states = detail.intervals
    .filter((interval) => !isTerminal(interval.state))
    .map((interval, index, all): SpanRow => {
      const before = all[index - 1]
      return {
        id: `state ${index}`,
        name: `task.${interval.state}`,
        depth: 1,
        from: interval.from,
        face: faceOf(interval.state),
        error: false,
        kind: 'state',
        attributes: {
          ...shared,
          'taskscope.state': interval.state,
          ...(before === undefined ? {} : { 'taskscope.from': before.state }),
        },
        events: eventsWithin(detail, interval.from, interval.to),
        ...(interval.to === undefined ? {} : { to: interval.to }),
      }
    })
  return [task, ...states]
}

function eventsWithin(detail: Detail, from: number, to: number | undefined): readonly SpanEventData[] {
  const events: SpanEventData[] = []
  for (const event of detail.events.items) {
    if (event.at < from || (to !== undefined && event.at >= to)) continue
    if (event.kind === 'task.checkpoint')
      events.push({ name: 'checkpoint', at: event.at, attributes: { label: event.label } })
    else if (event.kind.startsWith('control.')) events.push({ name: event.kind, at: event.at })
  }
  return events.slice(-50)
}

function codeRows(detail: Detail): readonly SpanRow[] {
  const spans = detail.spans.items
  const known = new Set(spans.map((span) => span.spanId))
  const children = new Map<string | undefined, SpanData[]>()
  for (const span of spans) {
    const parent = span.parentSpanId !== undefined && known.has(span.parentSpanId) ? span.parentSpanId : undefined
    const list = children.get(parent)
    if (list === undefined) children.set(parent, [span])
    else list.push(span)
  }
  for (const list of children.values()) list.sort((a, b) => a.start - b.start)
  const rows: SpanRow[] = []
  const walked = new Set<string>()
  const walk = (parent: string | undefined, depth: number): void => {
    for (const span of children.get(parent) ?? []) {
      rows.push({
        id: span.spanId,
        name: span.name,
        depth,
        from: span.start,
        to: span.end,
        error: span.status.code === 'error',
        kind: 'code',
        attributes: span.attributes,
        events: span.events,
        spanId: span.spanId,
        ...(span.status.message === undefined ? {} : { label: span.status.message }),
      })
      // A circle of spans is never reached from the root; an id that comes twice has its children once.
      if (walked.has(span.spanId)) continue
      walked.add(span.spanId)
      walk(span.spanId, Math.min(depth + 1, 12))
    }
  }
  walk(undefined, 1)
  return rows
}
