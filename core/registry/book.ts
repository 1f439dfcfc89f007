/**
 * All that the registry holds, and the few moves by which it changes: find or add an entry, hang it under a parent,
 * take it out, mark it stale, raise a finding. What an event means is said in `apply/`.
 */
import type { OrderedEvent } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import { type NodeId, type NodeKey, nodeKey, type SourceId } from '../model/identity.ts'
import { ControlBook } from './control-book.ts'
import { createCounters } from './counters.ts'
import { createEntry, type Entry } from './entry.ts'
import { HistoryBudget } from './history-budget.ts'
import { OrdList } from './ord-list.ts'
import { Retention } from './retention.ts'
import { createSourceBook, type SourceBook } from './source-book.ts'
import { TraceBook } from './trace-book.ts'

export class Book {
  readonly sources = new Map<SourceId, SourceBook>()
  readonly controls = new ControlBook()
  readonly retention = new Retention()
  readonly traces = new TraceBook()
  readonly counters = createCounters()
  readonly budget: HistoryBudget
  /** Keys that went since observers were last told. */
  gone: NodeKey[] = []
  /** Traces of which something beside their held tasks changed since observers were last told. */
  staleTraces: string[] = []
  /** Findings about the event that is being applied. */
  findings: Finding[] = []
  /** How many entries are held. */
  size = 0
  /** The chain of entries that changed since observers were last told; no entry twice. A list would be one per event. */
  private firstStale: Entry | undefined
  private lastStale: Entry | undefined
  private lastEntryOrd = 0
  private readonly maxEnded: number

  constructor(maxEnded: number, maxHistory: number) {
    this.maxEnded = maxEnded
    this.budget = new HistoryBudget(maxHistory)
  }

  sourceOf(id: SourceId): SourceBook {
    const known = this.sources.get(id)
    if (known !== undefined) return known
    const made = createSourceBook(id)
    this.sources.set(id, made)
    return made
  }

  /** The entry of a key from outside. Sources index their entries by their own ids, so nothing is indexed twice. */
  find(key: NodeKey): Entry | undefined {
    const slash = key.indexOf('/')
    if (slash < 0) return undefined
    return this.sources.get(key.slice(0, slash) as SourceId)?.byId.get(key.slice(slash + 1) as NodeId)
  }

  /** Every entry, in order of first appearance. */
  all(): Entry[] {
    return this.after(undefined, 0, Number.POSITIVE_INFINITY)
  }

  /** Up to `limit` entries of one source, or of all, that come after `ord`, in order. */
  after(id: SourceId | undefined, ord: number, limit: number): Entry[] {
    if (id !== undefined) return this.sources.get(id)?.entries.after(ord, limit) ?? []
    // A list of all beside those of the sources would cost every task more than it spares a page of all.
    const pages = Array.from(this.sources.values(), ({ entries }) => entries.after(ord, limit))
    return pages.flat().sort(inOrder).slice(0, limit)
  }

  /** The entry of an id, made as a placeholder when it is new; none for stragglers of what was taken away. */
  ensure(source: SourceBook, id: NodeId, at: number): Entry | undefined {
    const known = source.byId.get(id)
    if (known !== undefined) return known
    if (source.removed || source.byId.has(id)) {
      this.counters.unattached += 1
      return undefined
    }
    return this.add(source, id, at)
  }

  /** The entry of an id of which the source says that it exists now. */
  ensureNew(source: SourceBook, id: NodeId, at: number): Entry {
    const known = source.byId.get(id)
    if (known !== undefined) return known
    source.removed = false
    return this.add(source, id, at)
  }

  /** The entry of an id when it is held, for facts that make no entry by themselves. */
  known(source: SourceBook, id: NodeId): Entry | undefined {
    const known = source.byId.get(id)
    if (known === undefined) this.counters.unattached += 1
    return known
  }

  /** Hangs an entry under a parent of the same source; a circle is refused with a finding. */
  adopt(entry: Entry, parentId: NodeId | undefined, at: number): void {
    if (parentId === undefined || parentId === entry.parent?.id) return
    const parent = this.ensureNew(entry.source, parentId, at)
    if (isBelow(parent, entry)) {
      this.raise(entry, 'circular-parent', `it names ${parentId} as its parent, which is below it`)
      return
    }
    const before = entry.parent
    before?.children?.remove(entry)
    entry.parent = parent
    parent.children ??= new OrdList()
    if (before === undefined && entry.ord === this.lastEntryOrd) parent.children.append(entry)
    else parent.children.insert(entry)
    if (before !== undefined) this.retention.review(before)
    this.retention.review(parent)
  }

  /** Takes an entry out; its children must have gone before. */
  remove(entry: Entry): void {
    entry.gone = true
    this.size -= 1
    entry.source.entries.remove(entry)
    this.retention.remove(entry)
    this.budget.removed(entry)
    if (entry.part.form === 'task') this.counters.states[entry.part.state] -= 1
    const traceId = entry.part.form === 'task' ? entry.part.created?.trace.traceId : undefined
    if (traceId !== undefined && this.traces.remove(traceId, entry)) this.staleTraces.push(traceId)
    for (const control of entry.history?.controls?.toArray() ?? []) this.controls.forget(control)
    // A control or a list that somebody reads may know the entry still; what is heavy must go now.
    entry.facts = undefined
    entry.history = undefined
    const parent = entry.parent
    entry.parent = undefined
    if (parent !== undefined) {
      parent.children?.remove(entry)
      if (!parent.gone) this.retention.review(parent)
    }
    this.gone.push(entry.key)
  }

  /** Lets the oldest ended leaves go until no more than the allowed number of ended tasks is held. */
  forgetSurplus(): void {
    while (this.retention.ended > this.maxEnded) {
      const entry = this.retention.next()
      if (entry === undefined) return
      this.remove(entry)
      this.counters.forgotten += 1
    }
  }

  markRow(entry: Entry): void {
    if (entry.stale === 'none') this.chainStale(entry)
    entry.stale = 'row'
  }

  markDetail(entry: Entry): void {
    if (entry.stale !== 'none') return
    this.chainStale(entry)
    entry.stale = 'detail'
  }

  /** The first entry of the chain, which is the caller's from then on. */
  takeStale(): Entry | undefined {
    const first = this.firstStale
    this.firstStale = undefined
    this.lastStale = undefined
    return first
  }

  /** A finding about the event that is being applied. */
  raise(entry: Entry, rule: string, text: string, event?: OrderedEvent): void {
    this.findings.push({
      rule,
      severity: 'warning',
      node: entry.id,
      text,
      ...(event === undefined ? {} : { evidence: JSON.stringify(event).slice(0, 2000) }),
    })
  }

  private chainStale(entry: Entry): void {
    if (this.lastStale === undefined) this.firstStale = entry
    else this.lastStale.nextStale = entry
    this.lastStale = entry
  }

  private add(source: SourceBook, id: NodeId, at: number): Entry {
    this.lastEntryOrd += 1
    const entry = createEntry(nodeKey(source.id, id), source, id, this.lastEntryOrd, at)
    this.size += 1
    source.byId.set(id, entry)
    source.entries.append(entry)
    this.counters.states.pending += 1
    this.markRow(entry)
    return entry
  }
}

function inOrder(one: Entry, other: Entry): number {
  return one.ord - other.ord
}

function isBelow(candidate: Entry, entry: Entry): boolean {
  if (candidate === entry) return true
  // What has no children has nothing below it; this spares new entries the walk.
  if (entry.children === undefined) return false
  for (let above = candidate.parent; above !== undefined; above = above.parent) if (above === entry) return true
  return false
}
