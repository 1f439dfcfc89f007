/** Makes the detail and the lane of an entry. Built only when somebody looks, so nothing here is cached. */
import type { Bounded, Detail, Lane } from '../model/detail.ts'
import type { OrderedEvent } from '../model/event.ts'
import type { Mutable } from '../model/mutable.ts'
import type { SpanData } from '../model/span.ts'
import type { Entry } from './entry.ts'
import type { Ring } from './ring.ts'
import { rowOf } from './snapshot-row.ts'
import { staysOf } from './stays.ts'

export function detailOf(entry: Entry): Detail {
  const history = entry.history
  const part = entry.part
  const detail: Mutable<Detail> = {
    key: entry.key,
    row: rowOf(entry),
    questions: history?.questions ?? [],
    controls: (history?.controls?.toArray() ?? []).map((control) => control.record).reverse(),
    intervals: staysOf(entry),
    events: eventsOf(entry),
    logs: history?.logs?.toBounded() ?? nothing,
    spans: newestSpans(history?.spans),
    findings: history?.findings?.toBounded() ?? nothing,
    offers: part.form === 'node' ? part.offers : [],
  }
  if (part.form === 'task' && part.created?.input !== undefined) detail.input = part.created.input
  if (part.form === 'task' && part.outcome !== undefined) detail.outcome = part.outcome
  if (history?.live !== undefined) detail.live = history.live
  if (history?.inspection !== undefined) detail.inspection = history.inspection
  const stack = nearestStack(entry)
  if (stack !== undefined) detail.stack = stack
  return detail
}

/** Inline tasks share the main thread of their host: a stack taken of it is where they stand, too. */
function nearestStack(entry: Entry): Detail['stack'] {
  for (let current: Entry | undefined = entry; current !== undefined; current = current.parent) {
    if (current.history?.stack !== undefined) return current.history.stack
  }
  return undefined
}

export function laneOf(entry: Entry): Lane {
  return {
    key: entry.key,
    intervals: staysOf(entry),
    checkpoints: entry.history?.checkpoints?.toArray() ?? [],
    signs: entry.history?.signs?.toArray() ?? [],
  }
}

/** A trace has all spans that are kept; a detail is sent many times a second and has the newest of them. */
const mostSpansOfDetail = 200

function newestSpans(ring: Ring<SpanData> | undefined): Bounded<SpanData> {
  if (ring === undefined) return nothing
  const items = ring.toArray()
  const older = Math.max(0, items.length - mostSpansOfDetail)
  return { items: items.slice(older), dropped: ring.dropped + older }
}

const nothing: Bounded<never> = { items: [], dropped: 0 }

/** The creation, lossless facts and samples in one order. */
function eventsOf({ part, facts, history }: Entry): Bounded<OrderedEvent> {
  const created = part.form === 'task' && part.created !== undefined ? [part.created] : []
  const events = [...created, ...(facts?.toArray() ?? []), ...(history?.samples?.toArray() ?? [])]
  return {
    items: events.sort((one, other) => one.ord - other.ord),
    dropped: (facts?.dropped ?? 0) + (history?.samples?.dropped ?? 0),
  }
}
