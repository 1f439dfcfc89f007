import type { OrderedEvent } from '../../model/event.ts'
import type { Book } from '../book.ts'
import { type Entry, historyOf } from '../entry.ts'
import type { SourceBook } from '../source-book.ts'
import { somethingHappened } from './controls.ts'

type HoldEvent = Extract<OrderedEvent, { kind: 'task.hold' }>
type ReleasedEvent = Extract<OrderedEvent, { kind: 'task.released' }>
type AskedEvent = Extract<OrderedEvent, { kind: 'task.asked' }>
type AnsweredEvent = Extract<OrderedEvent, { kind: 'task.answered' }>

/** Adds a hold, or replaces what was known of it. What has ended can't be held. */
export function applyHold(book: Book, source: SourceBook, event: HoldEvent): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (entry?.part.form !== 'task' || entry.endedAt !== undefined) return entry
  const part = entry.part
  const known = part.holds.some((hold) => hold.id === event.hold.id)
  part.holds = known
    ? part.holds.map((hold) => (hold.id === event.hold.id ? event.hold : hold))
    : [...part.holds, event.hold]
  if (event.stack !== undefined) historyOf(entry).stack = { frames: event.stack, at: event.at }
  somethingHappened(entry)
  book.markRow(entry)
  return entry
}

export function applyReleased(book: Book, source: SourceBook, event: ReleasedEvent): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (entry?.part.form !== 'task') return entry
  entry.part.holds = entry.part.holds.filter((hold) => hold.id !== event.holdId)
  somethingHappened(entry)
  book.markRow(entry)
  return entry
}

/** Adds a question, or replaces the one of the same request. What has ended asks nothing. */
export function applyAsked(book: Book, source: SourceBook, event: AskedEvent): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (entry === undefined || entry.endedAt !== undefined) return entry
  const history = historyOf(entry)
  const others = history.questions.filter((question) => question.requestId !== event.question.requestId)
  history.questions = [...others, event.question]
  somethingHappened(entry)
  book.markRow(entry)
  return entry
}

export function applyAnswered(book: Book, source: SourceBook, event: AnsweredEvent): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (entry === undefined) return undefined
  const history = historyOf(entry)
  history.questions = history.questions.filter((question) => question.requestId !== event.requestId)
  somethingHappened(entry)
  book.markRow(entry)
  return entry
}
