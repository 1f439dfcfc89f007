/** What a task leaves behind: lines, spans, findings, its formatted state, stacks. None of it changes a state. */
import type { OrderedEvent } from '../../model/event.ts'
import { interruptedCodeSpan, silences } from '../../model/interrupted-span.ts'
import type { Book } from '../book.ts'
import { type Entry, historyOf } from '../entry.ts'
import { mostOpenSpans, ringOf } from '../history.ts'
import type { SourceBook } from '../source-book.ts'
import { noteSign } from './life-signs.ts'

type LogEvent = Extract<OrderedEvent, { kind: 'task.log' }>
type SpanEvent = Extract<OrderedEvent, { kind: 'span.ended' }>
type StartedEvent = Extract<OrderedEvent, { kind: 'span.started' }>
type ReceivedEvent = Extract<OrderedEvent, { kind: 'trace.received' }>
type FindingEvent = Extract<OrderedEvent, { kind: 'finding' }>
type LiveEvent = Extract<OrderedEvent, { kind: 'task.live' }>
type StackEvent = Extract<OrderedEvent, { kind: 'stack.taken' }>

export function applyLog(book: Book, source: SourceBook, event: LogEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry === undefined) return undefined
  const logs = ringOf(historyOf(entry), 'logs')
  if (event.dropped !== undefined) logs.miss(event.dropped)
  for (const line of event.lines) logs.push({ ...line, at: event.at })
  noteSign(book, entry, event.at)
  book.markDetail(entry)
  return entry
}

export function applySpan(book: Book, source: SourceBook, event: SpanEvent): Entry | undefined {
  if (event.task === undefined) {
    const evicted = book.traces.addLoose(event.span)
    book.staleTraces.push(event.span.traceId)
    if (evicted !== undefined) book.staleTraces.push(evicted)
    return undefined
  }
  const entry = book.known(source, event.task)
  if (entry === undefined) return undefined
  const history = historyOf(entry)
  history.openSpans?.delete(event.span.spanId)
  ringOf(history, 'spans').push(event.span)
  book.markDetail(entry)
  return entry
}

export function applySpanStarted(book: Book, source: SourceBook, event: StartedEvent): Entry | undefined {
  const entry = book.known(source, event.task)
  if (entry?.part.form !== 'task' || silences(entry.part.failure)) return entry
  const history = historyOf(entry)
  history.openSpans ??= new Map()
  if (history.openSpans.size >= mostOpenSpans) return entry
  history.openSpans.set(event.span.spanId, event.span)
  book.markDetail(entry)
  return entry
}

/** The process of a task has ended: what its code had open ends with it. */
export function interruptSpans(entry: Entry, at: number): void {
  const open = entry.history?.openSpans
  if (open === undefined) return
  for (const span of open.values()) ringOf(historyOf(entry), 'spans').push(interruptedCodeSpan(span, at))
  open.clear()
}

export function applyReceived(book: Book, event: ReceivedEvent): undefined {
  book.staleTraces.push(event.traceId, ...book.traces.addReceived(event))
}

export function applyFinding(book: Book, source: SourceBook, event: FindingEvent): Entry | undefined {
  if (event.finding.node === undefined) return undefined
  const entry = book.known(source, event.finding.node)
  if (entry === undefined) return undefined
  ringOf(historyOf(entry), 'findings').push({ ...event.finding, at: event.at })
  entry.findings += 1
  book.markRow(entry)
  return entry
}

export function applyLive(book: Book, source: SourceBook, event: LiveEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry === undefined) return undefined
  historyOf(entry).live = { value: event.value, at: event.at }
  book.markDetail(entry)
  return entry
}

export function applyStack(book: Book, source: SourceBook, event: StackEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry === undefined) return undefined
  historyOf(entry).stack = { frames: event.stack, at: event.at }
  book.markDetail(entry)
  return entry
}
