/**
 * The one place that applies events. A pure projection: no clock, no timers, no randomness, so the same events in the
 * same order always give the same rows, details and counters. The source decides a state; the registry only refuses
 * what the lifecycle table forbids. Memory is bounded: rings per node, a cap on ended tasks, both counted.
 */
import { assert } from '../model/assert.ts'
import type { ControlRecord } from '../model/control.ts'
import type { Detail, Lane } from '../model/detail.ts'
import type { Dispose } from '../model/dispose.ts'
import type { OrderedEvent, TaskEvent } from '../model/event.ts'
import type { EventSubject } from '../model/event-subject.ts'
import type { ControlId, NodeKey, SourceId } from '../model/identity.ts'
import type { LifecycleState } from '../model/lifecycle.ts'
import type { Mutable } from '../model/mutable.ts'
import type { Row } from '../model/row.ts'
import type { TraceTask } from '../model/trace.ts'
import { applyEvent } from './apply/apply-event.ts'
import { Book } from './book.ts'
import type { RegistryCounters } from './counters.ts'
import { type Entry, isPlaceholder, keepEvent } from './entry.ts'
import { clearEnded, removeEverything } from './removal.ts'
import { detailOf, laneOf } from './snapshot-detail.ts'
import { rowOf } from './snapshot-row.ts'
import { countSequence } from './source-book.ts'
import { type TraceMembers, traceMembers, traceTaskOf } from './trace.ts'

/** Ended tasks beyond this many are forgotten, oldest leaves first. */
const defaultMaxFinished = 50_000

/** Lines, spans and samples of all ended tasks together; beyond it those of the tasks that ended first go. */
const defaultMaxHistory = 500_000

export interface RegistryOptions {
  readonly maxFinished?: number
  readonly maxHistory?: number
}

/** Told after an event has been applied in full. Whatever an observer applies meanwhile is applied afterwards. */
export interface RegistryObserver {
  /** Every event in order, with the node that it is about when that is held. */
  event?(event: OrderedEvent, subject: EventSubject | undefined): void
  /** The node's row is new or another one. Once per node and applied event. */
  changed?(key: NodeKey): void
  /** Only what the detail or the lane shows is another. */
  detailChanged?(key: NodeKey): void
  removed?(key: NodeKey): void
  /** Of this trace something beside its held tasks changed: a span without a task came, or a task was let go. */
  traceChanged?(traceId: string): void
}

export interface RowPage {
  readonly rows: readonly Row[]
  /** Hand it in as `after` for the page that follows; absent on the last page. */
  readonly next?: number
}

export interface RowQuery {
  readonly source?: SourceId
  readonly parent?: NodeKey
  /** `ord` of the last row of the page before. */
  readonly after?: number
  readonly limit: number
}

export interface Registry {
  /**
   * Applies a fact. Never throws for what a source says, however wrong. The event is the registry's from then on: it
   * keeps it, with its place in it. One that has a place already, as in a recording, or that is frozen, is copied.
   */
  apply(event: TaskEvent): OrderedEvent
  observe(observer: RegistryObserver): Dispose
  row(key: NodeKey): Row | undefined
  /** All rows in order of first appearance. */
  rows(): Iterable<Row>
  /** Their keys in the same order: a row is made when it is read, a key is there. */
  keys(): NodeKey[]
  readonly size: number
  detail(key: NodeKey): Detail | undefined
  lane(key: NodeKey): Lane | undefined
  /** What the trace with this id consists of; empty when nothing of it is held. */
  trace(traceId: string): TraceMembers
  /** A task with its stays in states and the spans of its code; `undefined` for other nodes. */
  traceTask(key: NodeKey): TraceTask | undefined
  /** One page of rows in order of first appearance; its cost does not depend on where it starts. */
  list(query: RowQuery): RowPage
  control(id: ControlId): ControlRecord | undefined
  counters(): RegistryCounters
  /** Events of one source that never arrived. */
  lost(source: SourceId): number
  /** Takes away ended tasks without live descendants, of one source or of all. */
  clearFinished(source?: SourceId): void
  /** Takes away everything of a source; its stragglers are ignored until it opens a node anew. */
  removeSource(source: SourceId): void
}

class EntrySubject implements EventSubject {
  entry: Entry | undefined = undefined

  get key(): NodeKey {
    return this.present.key
  }

  get name(): string {
    return this.present.name
  }

  get state(): LifecycleState | undefined {
    const { part } = this.present
    return part.form === 'task' ? part.state : undefined
  }

  get placeholder(): boolean {
    return isPlaceholder(this.present)
  }

  get row(): Row {
    return rowOf(this.present)
  }

  private get present(): Entry {
    assert(this.entry !== undefined, 'a subject is handed out with its entry')
    return this.entry
  }
}

/**
 * Gives an event its place. The event itself becomes the registry's, for a copy of each is the dearest part of applying
 * it; whoever made it must not change it any more.
 */
function placed(event: TaskEvent, ord: number): OrderedEvent {
  if ('ord' in event || !Object.isExtensible(event)) return { ...event, ord }
  const ordered = event as Mutable<OrderedEvent>
  ordered.ord = ord
  return ordered
}

export function createRegistry(options: RegistryOptions = {}): Registry {
  const book = new Book(options.maxFinished ?? defaultMaxFinished, options.maxHistory ?? defaultMaxHistory)
  let observers: readonly RegistryObserver[] = []
  let lastOrd = 0
  let applying = false
  const waiting: OrderedEvent[] = []
  /** One for all events: they are told one after another. */
  const subject = new EntrySubject()

  function apply(event: TaskEvent): OrderedEvent {
    if (event.derived === true && 'ord' in event) return event as OrderedEvent
    lastOrd += 1
    const ordered = placed(event, lastOrd)
    if (applying) waiting.push(ordered)
    else drain(ordered)
    return ordered
  }

  function drain(first: OrderedEvent): void {
    applying = true
    try {
      for (let next: OrderedEvent | undefined = first; next !== undefined; next = waiting.shift()) applyOne(next)
    } finally {
      applying = false
    }
  }

  function applyOne(event: OrderedEvent): void {
    const source = book.sourceOf(event.source)
    book.counters.applied += 1
    if (event.derived === undefined) book.counters.lost += countSequence(source, event.seq, event.ord)
    const entry = applyEvent(book, source, event)
    if (entry !== undefined) {
      keepEvent(entry, event)
      book.markDetail(entry)
    }
    for (const finding of book.findings) {
      lastOrd += 1
      const { v, source: from, seq, at } = event
      waiting.push({ v, source: from, seq, at, derived: true, kind: 'finding', finding, ord: lastOrd })
    }
    book.findings.length = 0
    tellEvent(event, entry)
    book.forgetSurplus()
    tellChanges()
  }

  function tellEvent(event: OrderedEvent, entry: Entry | undefined): void {
    if (entry !== undefined) subject.entry = entry
    for (const observer of observers) observer.event?.(event, entry && subject)
  }

  function tellChanges(): void {
    const { gone, staleTraces } = book
    for (let next = book.takeStale(); next !== undefined; ) {
      const changed: Entry = next
      next = changed.nextStale
      changed.nextStale = undefined
      tellStale(changed)
    }
    if (gone.length > 0) {
      book.gone = []
      for (const observer of observers) for (const key of gone) observer.removed?.(key)
    }
    if (staleTraces.length > 0) {
      book.staleTraces = []
      for (const traceId of new Set(staleTraces)) for (const observer of observers) observer.traceChanged?.(traceId)
    }
  }

  function tellStale(entry: Entry): void {
    const how = entry.stale
    entry.stale = 'none'
    if (entry.gone) return
    for (const observer of observers) {
      if (how === 'row') observer.changed?.(entry.key)
      else observer.detailChanged?.(entry.key)
    }
  }

  function observe(observer: RegistryObserver): Dispose {
    observers = [...observers, observer]
    return () => {
      observers = observers.filter((other) => other !== observer)
    }
  }

  function list({ source, parent, after = 0, limit }: RowQuery): RowPage {
    const page =
      parent === undefined
        ? book.after(source, after, limit + 1)
        : (book.find(parent)?.children?.after(after, limit + 1) ?? [])
    const more = page.length > limit
    if (more) page.pop()
    const last = page.at(-1)
    return { rows: page.map(rowOf), ...(more && last !== undefined ? { next: last.ord } : {}) }
  }

  function* rows(): Generator<Row> {
    for (const entry of book.all()) if (!entry.gone) yield rowOf(entry)
  }

  return {
    apply,
    observe,
    rows,
    keys: () => Array.from(book.all(), ({ key }) => key),
    list,
    get size() {
      return book.size
    },
    row(key) {
      const entry = book.find(key)
      return entry && rowOf(entry)
    },
    detail(key) {
      const entry = book.find(key)
      return entry && detailOf(entry)
    },
    lane(key) {
      const entry = book.find(key)
      return entry && laneOf(entry)
    },
    trace: (traceId) => traceMembers(book, traceId),
    traceTask(key) {
      const entry = book.find(key)
      return entry && traceTaskOf(entry)
    },
    control: (id) => book.controls.get(id)?.record,
    counters: () => ({ ...book.counters, states: { ...book.counters.states } }),
    lost: (source) => book.sources.get(source)?.lost ?? 0,
    clearFinished(source) {
      clearEnded(book, source)
      tellChanges()
    },
    removeSource(source) {
      removeEverything(book, source)
      tellChanges()
    },
  }
}
