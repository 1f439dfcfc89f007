/** What is told of a task because somebody asked: each replaces what was told before, none changes a state. */
import type { TaskInspection } from '../../model/detail.ts'
import type { OrderedEvent } from '../../model/event.ts'
import type { Book } from '../book.ts'
import { type Entry, historyOf } from '../entry.ts'
import type { SourceBook } from '../source-book.ts'

type InspectionEvent = Extract<
  OrderedEvent,
  { kind: 'task.replaced' | 'task.status' | 'task.statistics' | 'task.logged' | 'task.debug' }
>
type ReportEvent = Extract<OrderedEvent, { kind: 'supervisor.report' }>

export function applyInspection(book: Book, source: SourceBook, event: InspectionEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry === undefined) return undefined
  const history = historyOf(entry)
  history.inspection = { ...history.inspection, ...toldBy(event) }
  if (event.kind === 'task.replaced') history.live = { value: event.after, at: event.at }
  book.markDetail(entry)
  return entry
}

/** A report is kept among the events of its supervisor; what it changes is told by the node itself. */
export function applySupervisorReport(book: Book, source: SourceBook, event: ReportEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry !== undefined) book.markDetail(entry)
  return entry
}

function toldBy(event: InspectionEvent): TaskInspection {
  const { at } = event
  switch (event.kind) {
    case 'task.replaced': {
      const { by, before, after, undo } = event
      return { replaced: { by, before, after, at, ...(undo === undefined ? {} : { undo }) } }
    }
    case 'task.status':
      return { status: { value: event.status, at } }
    case 'task.statistics':
      return { statistics: { value: event.statistics, at } }
    case 'task.logged':
      return { log: { value: event.log, at } }
    case 'task.debug':
      return { debug: event.debug }
  }
}
