/** What shows that a task's work goes on although it was to end, or has. Never a change of state. */
import type { OrderedEvent } from '../../model/event.ts'
import type { Book } from '../book.ts'
import { type Entry, historyOf } from '../entry.ts'
import { ringOf } from '../history.ts'
import type { SourceBook } from '../source-book.ts'

type SignEvent = Extract<OrderedEvent, { kind: 'task.sign' }>
type LateEvent = Extract<OrderedEvent, { kind: 'task.late' }>

export function applySign(book: Book, source: SourceBook, event: SignEvent): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (entry?.part.form !== 'task') return entry
  ringOf(historyOf(entry), 'signs').push(event.at)
  const since = entry.part.stillRunning?.since ?? entry.endedAt ?? event.at
  entry.part.stillRunning = event.settled === true ? undefined : { since, lastSign: event.at, text: event.text }
  book.markRow(entry)
  return entry
}

export function applyLate(book: Book, source: SourceBook, event: LateEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry === undefined) return undefined
  ringOf(historyOf(entry), 'signs').push(event.at)
  book.markDetail(entry)
  return entry
}

/** Any fact of a task that is being cancelled or has ended shows that its work goes on. */
export function noteSign(book: Book, entry: Entry, at: number): void {
  const part = entry.part
  if (part.form !== 'task') return
  if (entry.endedAt === undefined && part.state !== 'cancelling') return
  ringOf(historyOf(entry), 'signs').push(at)
  if (part.stillRunning === undefined) {
    book.markDetail(entry)
    return
  }
  part.stillRunning = { ...part.stillRunning, lastSign: at }
  book.markRow(entry)
}
