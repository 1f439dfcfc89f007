import type { OrderedEvent } from '../../model/event.ts'
import type { Book } from '../book.ts'
import type { Entry, TaskPart } from '../entry.ts'
import type { SourceBook } from '../source-book.ts'

type Created = Extract<OrderedEvent, { kind: 'task.created' }>
type Changed = Extract<OrderedEvent, { kind: 'task.changed' }>

/** Makes a task, or fills a placeholder with what was unknown; a second creation of one id is a finding. */
export function applyTaskCreated(book: Book, source: SourceBook, event: Created): Entry {
  const entry = book.ensureNew(source, event.id, event.at)
  const part = entry.part
  if (part.form !== 'task' || part.created !== undefined) {
    book.raise(entry, 'duplicate-id', `the id ${event.id} is taken already`, event)
    return entry
  }
  part.created = event
  book.traces.add(event.trace.traceId, entry)
  if (part.stateOrd === 0) part.stateOrd = event.ord
  part.label ??= event.label
  part.ttlMs ??= event.ttlMs
  part.pollIntervalMs ??= event.pollIntervalMs
  entry.name = event.name
  entry.capabilities = event.capabilities
  entry.why ??= event.why
  if (event.at < entry.createdAt) moveStart(entry, part, event.at)
  book.adopt(entry, event.parent, event.at)
  book.markRow(entry)
  return entry
}

/** It was heard of after its source created it. */
function moveStart(entry: Entry, part: TaskPart, at: number): void {
  if (part.state === 'pending') part.stateAt = at
  entry.createdAt = at
}

export function applyTaskChanged(book: Book, source: SourceBook, event: Changed): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (entry?.part.form !== 'task') return entry
  const part = entry.part
  if (event.phase !== undefined && entry.endedAt === undefined) part.phase = event.phase
  if (event.label !== undefined) part.label = event.label
  if (event.why !== undefined) entry.why = event.why
  if (event.capabilities !== undefined) entry.capabilities = event.capabilities
  if (event.ttlMs !== undefined) part.ttlMs = event.ttlMs
  if (event.pollIntervalMs !== undefined) part.pollIntervalMs = event.pollIntervalMs
  book.markRow(entry)
  return entry
}
