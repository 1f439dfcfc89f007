/**
 * The life of controls. Answers may come in any order, late, or for a control that nobody knows; each fact is booked
 * once, and what settled a control first stays.
 */
import type { ControlRecord } from '../../model/control.ts'
import { isSettled } from '../../model/control.ts'
import type { OrderedEvent } from '../../model/event.ts'
import type { TaskRow } from '../../model/row.ts'
import type { Book } from '../book.ts'
import type { ControlEntry } from '../control-book.ts'
import { type Entry, historyOf } from '../entry.ts'
import { ringOf } from '../history.ts'

type Requested = Extract<OrderedEvent, { kind: 'control.requested' }>
type Answer = Extract<
  OrderedEvent,
  { kind: 'control.acknowledged' | 'control.effective' | 'control.refused' | 'control.noAnswer' }
>

export function applyControlRequested(book: Book, event: Requested): Entry | undefined {
  if (book.controls.get(event.request.id) !== undefined) return undefined
  const target = book.find(event.request.target)
  const control: ControlEntry = { record: { request: event.request }, target }
  book.controls.add(control)
  if (target === undefined) {
    book.counters.unattached += 1
    return undefined
  }
  const dropped = ringOf(historyOf(target), 'controls').push(control)
  if (dropped !== undefined) book.controls.forget(dropped)
  show(book, target)
  return target
}

export function applyControlAnswer(book: Book, event: Answer): Entry | undefined {
  const control = book.controls.get(event.control)
  if (control === undefined) {
    book.counters.unattached += 1
    return undefined
  }
  const wasSettled = isSettled(control.record)
  control.record = answered(control.record, event)
  if (control.target === undefined || control.target.gone) return undefined
  if (!wasSettled && control.record.effectiveAt !== undefined) control.target.answered = tookOf(control.record)
  show(book, control.target)
  return control.target
}

function answered(record: ControlRecord, event: Answer): ControlRecord {
  switch (event.kind) {
    case 'control.acknowledged':
      return record.acknowledgedAt === undefined ? { ...record, acknowledgedAt: event.at } : record
    case 'control.effective':
      if (isSettled(record)) return record
      return { ...record, effectiveAt: event.at, ...(event.effect === undefined ? {} : { effect: event.effect }) }
    case 'control.refused':
      return isSettled(record) ? record : { ...record, refusedAt: event.at, refusal: event.reason }
    case 'control.noAnswer':
      if (isSettled(record) || record.acknowledgedAt !== undefined || record.noAnswerAt !== undefined) return record
      return { ...record, noAnswerAt: event.at }
  }
}

/** Clocks of sources may differ from the requester's by a little; nothing takes less than no time. */
function tookOf({ request, acknowledgedAt, effectiveAt }: ControlRecord): TaskRow['answered'] {
  if (effectiveAt === undefined) return undefined
  const since = (at: number) => Math.max(0, at - request.requestedAt)
  return {
    effectiveMs: since(effectiveAt),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedMs: since(acknowledgedAt) }),
  }
}

/** Chooses the control of which the row speaks: the newest open one, else the newest one when it was refused. */
function show(book: Book, entry: Entry): void {
  const controls = entry.history?.controls?.toArray() ?? []
  const open = controls.findLast((control) => !isSettled(control.record))?.record
  const newest = controls.at(-1)?.record
  entry.control = open ?? (newest?.refusedAt === undefined ? undefined : newest)
  book.markRow(entry)
}

/** A refusal has been read once something else happens. */
export function somethingHappened(entry: Entry): void {
  if (entry.control?.refusedAt !== undefined) entry.control = undefined
}
