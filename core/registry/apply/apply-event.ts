/** What each kind of event means for the book. Returns the entry that the event is about, when there is one. */
import type { OrderedEvent } from '../../model/event.ts'
import { nodeId } from '../../model/identity.ts'
import type { Book } from '../book.ts'
import type { Entry } from '../entry.ts'
import type { SourceBook } from '../source-book.ts'
import { applyControlAnswer, applyControlRequested } from './controls.ts'
import {
  applyFinding,
  applyLive,
  applyLog,
  applyReceived,
  applySpan,
  applySpanStarted,
  applyStack,
} from './evidence.ts'
import { applyAnswered, applyAsked, applyHold, applyReleased } from './holds.ts'
import { applyInspection, applySupervisorReport } from './inspection.ts'
import { applyLate, applySign } from './life-signs.ts'
import { applyNodeChanged, applyNodeOpened } from './nodes.ts'
import { applyOutcome } from './outcome.ts'
import { applyCheckpoint, applyPolled, applyProgress } from './samples.ts'
import { applyTaskChanged, applyTaskCreated } from './task-facts.ts'
import { applyTransition } from './transition.ts'

export function applyEvent(book: Book, source: SourceBook, event: OrderedEvent): Entry | undefined {
  switch (event.kind) {
    case 'task.progress':
      return applyProgress(book, source, event)
    case 'task.state':
      return applyTransition(book, source, event)
    case 'task.created':
      return applyTaskCreated(book, source, event)
    case 'task.checkpoint':
      return applyCheckpoint(book, source, event)
    case 'task.polled':
      return applyPolled(book, source, event)
    case 'task.log':
      return applyLog(book, source, event)
    case 'span.started':
      return applySpanStarted(book, source, event)
    case 'span.ended':
      return applySpan(book, source, event)
    case 'trace.received':
      return applyReceived(book, event)
    case 'task.changed':
      return applyTaskChanged(book, source, event)
    case 'task.hold':
      return applyHold(book, source, event)
    case 'task.released':
      return applyReleased(book, source, event)
    case 'task.asked':
      return applyAsked(book, source, event)
    case 'task.answered':
      return applyAnswered(book, source, event)
    case 'task.live':
      return applyLive(book, source, event)
    case 'task.replaced':
    case 'task.status':
    case 'task.statistics':
    case 'task.logged':
    case 'task.debug':
      return applyInspection(book, source, event)
    case 'supervisor.report':
      return applySupervisorReport(book, source, event)
    case 'task.outcome':
      return applyOutcome(book, source, event)
    case 'task.late':
      return applyLate(book, source, event)
    case 'task.sign':
      return applySign(book, source, event)
    case 'stack.taken':
      return applyStack(book, source, event)
    case 'node.opened':
      return applyNodeOpened(book, source, event)
    case 'node.changed':
      return applyNodeChanged(book, source, event)
    case 'control.requested':
      return applyControlRequested(book, event)
    case 'control.acknowledged':
    case 'control.effective':
    case 'control.refused':
    case 'control.noAnswer':
      return applyControlAnswer(book, event)
    case 'finding':
      return applyFinding(book, source, event)
    default:
      return keepUnknown(book, source, event)
  }
}

/** A kind of another version: kept on its node when it names one that is held, and nothing else. */
function keepUnknown(book: Book, source: SourceBook, event: { readonly id?: unknown }): Entry | undefined {
  book.counters.unknown += 1
  return typeof event.id === 'string' && event.id !== '' ? source.byId.get(nodeId(event.id)) : undefined
}
