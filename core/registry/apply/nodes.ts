import type { OrderedEvent } from '../../model/event.ts'
import type { NodeFacts, NodeStatus } from '../../model/node.ts'
import type { Book } from '../book.ts'
import { type Entry, isPlaceholder } from '../entry.ts'
import type { SourceBook } from '../source-book.ts'

type Opened = Extract<OrderedEvent, { kind: 'node.opened' }>
type Changed = Extract<OrderedEvent, { kind: 'node.changed' }>

/** Makes a node, fills a placeholder, or opens a known node anew (a host that was started again). */
export function applyNodeOpened(book: Book, source: SourceBook, event: Opened): Entry {
  const entry = book.ensureNew(source, event.id, event.at)
  const facts = merged({}, event.facts)
  if (entry.part.form === 'node') {
    entry.part.node = event.node
    entry.part.facts = facts
  } else if (isPlaceholder(entry) && entry.endedAt === undefined) {
    book.counters.states[entry.part.state] -= 1
    entry.part = { form: 'node', node: event.node, status: event.status, facts, offers: [], breakpoints: [] }
    entry.createdAt = Math.min(entry.createdAt, event.at)
  } else {
    book.raise(entry, 'duplicate-id', `the id ${event.id} is taken by a task`, event)
    return entry
  }
  entry.name = event.name
  entry.capabilities = event.capabilities
  entry.why = event.why
  setStatus(entry, event.status, event.at)
  book.adopt(entry, event.parent, event.at)
  book.markRow(entry)
  return entry
}

export function applyNodeChanged(book: Book, source: SourceBook, event: Changed): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry?.part.form !== 'node') return entry
  if (event.status !== undefined) {
    setStatus(entry, event.status, event.at)
    entry.why = event.why
  } else if (event.why !== undefined) entry.why = event.why
  if (event.facts !== undefined) entry.part.facts = merged(entry.part.facts, event.facts)
  if (event.capabilities !== undefined) entry.capabilities = event.capabilities
  if (event.offers !== undefined) entry.part.offers = event.offers
  if (event.breakpoints !== undefined) entry.part.breakpoints = event.breakpoints
  book.markRow(entry)
  return entry
}

function setStatus(entry: Entry, status: NodeStatus, at: number): void {
  if (entry.part.form !== 'node') return
  entry.part.status = status
  const ended = status === 'closed' || status === 'failed' || status === 'lost'
  entry.endedAt = ended ? (entry.endedAt ?? at) : undefined
}

function merged(known: NodeFacts, news: NodeFacts | undefined): NodeFacts {
  if (news === undefined) return known
  const facts = { ...known, ...news }
  for (const [name, value] of Object.entries(news)) if (value === null) delete facts[name]
  return facts
}
