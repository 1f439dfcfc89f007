/** Facts of which only the newest counts. After the end they change no row; they are signs of life. */
import type { OrderedEvent, Progress } from '../../model/event.ts'
import type { Mutable } from '../../model/mutable.ts'
import type { Book } from '../book.ts'
import { type Entry, historyOf } from '../entry.ts'
import { ringOf } from '../history.ts'
import type { SourceBook } from '../source-book.ts'
import { noteSign } from './life-signs.ts'

type ProgressEvent = Extract<OrderedEvent, { kind: 'task.progress' }>
type PolledEvent = Extract<OrderedEvent, { kind: 'task.polled' }>
type CheckpointEvent = Extract<OrderedEvent, { kind: 'task.checkpoint' }>

export function applyProgress(book: Book, source: SourceBook, event: ProgressEvent): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (event.folded !== undefined) book.counters.folded += event.folded
  if (entry?.part.form !== 'task') return entry
  noteSign(book, entry, event.at)
  if (entry.endedAt !== undefined) return entry
  const progress: Mutable<Progress> = { current: event.current }
  if (event.total !== undefined) progress.total = event.total
  if (event.message !== undefined) progress.message = event.message
  entry.part.progress = progress
  book.markRow(entry)
  return entry
}

export function applyCheckpoint(book: Book, source: SourceBook, event: CheckpointEvent): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (event.folded !== undefined) book.counters.folded += event.folded
  if (entry?.part.form !== 'task') return entry
  noteSign(book, entry, event.at)
  ringOf(historyOf(entry), 'checkpoints').push(event.at)
  if (entry.endedAt !== undefined) return entry
  entry.part.checkpoint = { label: event.label, at: event.at }
  book.markRow(entry)
  return entry
}

/** A question is no sign of life; the row only counts it. */
export function applyPolled(book: Book, source: SourceBook, event: PolledEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry?.part.form !== 'task') return entry
  entry.part.polls = Math.max(entry.part.polls, event.polls)
  book.markRow(entry)
  return entry
}
