/** What an outcome means for a task that has ended. */
import { actorText } from '../../model/actor.ts'
import type { OrderedEvent, Why } from '../../model/event.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Book } from '../book.ts'
import type { Entry, TaskPart } from '../entry.ts'
import type { SourceBook } from '../source-book.ts'

type OutcomeEvent = Extract<OrderedEvent, { kind: 'task.outcome' }>

/** The longest cause that a row carries, UTF-16 code units; the whole text is in the outcome. */
const longestWhy = 300

/** Takes an outcome that came after the end, unless it contradicts how the task ended. */
export function applyOutcome(book: Book, source: SourceBook, event: OutcomeEvent): Entry | undefined {
  const entry = book.known(source, event.id)
  if (entry?.part.form !== 'task' || entry.part.state !== event.outcome.status) return entry
  bookOutcome(entry.part, event.outcome)
  entry.why = whyOfOutcome(event.outcome) ?? entry.why
  book.markRow(entry)
  return entry
}

export function bookOutcome(part: TaskPart, outcome: Outcome): void {
  part.outcome = outcome
  part.failure = part.state === 'failed' && outcome.status === 'failed' ? outcome.kind : undefined
  part.toolError = part.state === 'completed' && outcome.status === 'completed' && outcome.toolError === true
}

export function whyOfOutcome(outcome: Outcome): Why | undefined {
  switch (outcome.status) {
    case 'completed':
      if (outcome.toolError === true) return { text: 'the tool reported an error' }
      return outcome.afterCancelRequest === true ? { text: 'completed after cancel was requested' } : undefined
    case 'failed':
      return { text: outcome.error.message.slice(0, longestWhy) || outcome.error.name }
    case 'cancelled':
      return {
        text: `by ${actorText(outcome.by)}`,
        ...(outcome.reason === '' ? {} : { detail: outcome.reason.slice(0, longestWhy) }),
      }
  }
}
