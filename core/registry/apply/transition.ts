/**
 * A change of state, after the lifecycle table has been asked once more. A transition that the table forbids changes
 * nothing and becomes the finding `illegal-transition`.
 */
import { actorText } from '../../model/actor.ts'
import type { OrderedEvent, Why } from '../../model/event.ts'
import { silences } from '../../model/interrupted-span.ts'
import { isTerminal, type LifecycleState, type TransitionFacts, whyForbidden } from '../../model/lifecycle.ts'
import type { Mutable } from '../../model/mutable.ts'
import type { Book } from '../book.ts'
import { type Entry, noHolds, type TaskPart } from '../entry.ts'
import { noQuestions } from '../history.ts'
import type { SourceBook } from '../source-book.ts'
import { endStay } from '../stays.ts'
import { somethingHappened } from './controls.ts'
import { interruptSpans } from './evidence.ts'
import { bookOutcome, whyOfOutcome } from './outcome.ts'

type Transition = Extract<OrderedEvent, { kind: 'task.state' }>

export function applyTransition(book: Book, source: SourceBook, event: Transition): Entry | undefined {
  const entry = book.ensure(source, event.id, event.at)
  if (entry === undefined) return undefined
  const part = entry.part
  if (part.form !== 'task') {
    book.raise(entry, 'illegal-transition', `a ${part.node} has no lifecycle state`, event)
    return entry
  }
  const from = presentState(part, source, event)
  const forbidden = whyForbidden(from, event.to, transitionFacts(part, from, event))
  if (forbidden !== undefined) {
    book.counters.illegal += 1
    book.raise(entry, 'illegal-transition', forbidden, event)
    return entry
  }
  endStay(entry, part, event)
  book.counters.states[part.state] -= 1
  book.counters.states[event.to] += 1
  part.heldFrom = event.to === 'suspended' ? from : undefined
  part.state = event.to
  part.stateAt = event.at
  part.stateBy = event.by
  part.stateOrd = event.ord
  part.cause = event.to === 'cancelling' ? event.cause : undefined
  if (event.to === 'running') part.startedAt ??= event.at
  entry.why = event.why ?? whyOfTransition(event)
  somethingHappened(entry)
  book.markRow(entry)
  if (isTerminal(event.to)) end(book, entry, part, event)
  return entry
}

/**
 * The state that an event follows. What the registry holds is right unless nobody told it: when events were lost
 * since, or nothing but a mention is known of the task, the source's own word counts. A final state stays final.
 */
function presentState(part: TaskPart, source: SourceBook, event: Transition): LifecycleState {
  if (isTerminal(part.state)) return part.state
  const untold = part.stateOrd < source.gapOrd || (part.created === undefined && part.stateOrd === 0)
  return untold && !isTerminal(event.from) ? event.from : part.state
}

function transitionFacts(part: TaskPart, from: LifecycleState, event: Transition): TransitionFacts | undefined {
  if (event.to !== 'failed' && from !== 'suspended') return undefined
  const facts: Mutable<TransitionFacts> = {}
  if (event.to === 'failed' && event.outcome?.status === 'failed') facts.failure = event.outcome.kind
  if (from === 'suspended' && part.heldFrom !== undefined) facts.heldFrom = part.heldFrom
  return facts
}

function end(book: Book, entry: Entry, part: TaskPart, event: Transition): void {
  entry.endedAt = event.at
  part.phase = undefined
  part.holds = noHolds
  if (entry.history !== undefined) entry.history.questions = noQuestions
  if (event.outcome !== undefined) bookOutcome(part, event.outcome)
  if (silences(part.failure)) interruptSpans(entry, event.at)
  if (part.failure === 'abandoned') {
    part.stillRunning = { since: event.at, lastSign: event.at, text: 'its function has not ended' }
  }
  book.retention.ended += 1
  book.retention.review(entry)
  book.budget.ended(entry)
}

function whyOfTransition(event: Transition): Why | undefined {
  if (event.outcome !== undefined) return whyOfOutcome(event.outcome)
  return event.by === undefined ? undefined : { text: `by ${actorText(event.by)}` }
}
