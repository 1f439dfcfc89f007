/**
 * What the registry keeps of a node beside its row and its facts: rings that are made on first use, so a node that does
 * nothing holds almost nothing. A task that only runs has no history at all.
 */
import type { StateInterval, TaskInspection, TimedLogLine } from '../model/detail.ts'
import type { OrderedEvent } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import type { InputQuestion } from '../model/input-question.ts'
import type { Payload } from '../model/payload.ts'
import type { OpenSpanData, SpanData } from '../model/span.ts'
import type { StackFrame } from '../model/stack.ts'
import type { ControlEntry } from './control-book.ts'
import { createRing, type Ring } from './ring.ts'

/** How much of each list is kept per node. */
const historyLimits = {
  samples: 50,
  logs: 500,
  spans: 2000,
  findings: 50,
  controls: 50,
  intervals: 200,
  checkpoints: 100,
  signs: 100,
} as const

/** How many lossless facts are kept per node. They have a ring of their own, which samples can never flush. */
export const mostFacts = 200

/** Open spans of code per task; of more, the first are shown. */
export const mostOpenSpans = 200

export type TimedFinding = Finding & { readonly at: number }

export interface History {
  samples: Ring<OrderedEvent> | undefined
  logs: Ring<TimedLogLine> | undefined
  spans: Ring<SpanData> | undefined
  /** Spans of its code that have not ended, by their ids; at most `mostOpenSpans`. */
  openSpans: Map<string, OpenSpanData> | undefined
  findings: Ring<TimedFinding> | undefined
  controls: Ring<ControlEntry> | undefined
  /** Stays that are over; the present one is the task's own `state` and `stateAt`. */
  intervals: Ring<StateInterval> | undefined
  checkpoints: Ring<number> | undefined
  signs: Ring<number> | undefined
  questions: readonly InputQuestion[]
  live: { readonly value: Payload; readonly at: number } | undefined
  inspection: TaskInspection | undefined
  stack: { readonly frames: readonly StackFrame[]; readonly at: number } | undefined
}

type RingName = keyof typeof historyLimits

type RingItem<Name extends RingName> = History[Name] extends Ring<infer Item> | undefined ? Item : never

export const noQuestions: readonly InputQuestion[] = []

export function createHistory(): History {
  return {
    samples: undefined,
    logs: undefined,
    spans: undefined,
    openSpans: undefined,
    findings: undefined,
    controls: undefined,
    intervals: undefined,
    checkpoints: undefined,
    signs: undefined,
    questions: noQuestions,
    live: undefined,
    inspection: undefined,
    stack: undefined,
  }
}

/** The ring of that name, made when it is first needed. */
export function ringOf<Name extends RingName>(history: History, name: Name): Ring<RingItem<Name>> {
  const known = history[name] as Ring<RingItem<Name>> | undefined
  if (known !== undefined) return known
  const made = createRing<RingItem<Name>>(historyLimits[name])
  history[name] = made as History[Name]
  return made
}

/** The list on which an event is kept, if it is kept among events at all. */
export function eventListOf(event: OrderedEvent): 'facts' | 'samples' | undefined {
  switch (event.kind) {
    // Log lines and spans have lists of their own, a row counts polls; a log repeats events that are here already.
    case 'task.log':
    case 'span.started':
    case 'span.ended':
    case 'task.logged':
    case 'task.polled':
      return undefined
    // Of these only the newest matter; they may be folded on their way and are kept apart from the rest.
    case 'task.progress':
    case 'task.checkpoint':
    case 'task.live':
    case 'task.sign':
    case 'task.status':
    case 'task.statistics':
      return 'samples'
    default:
      return 'facts'
  }
}

/** What may be let go of a task that ended long ago. */
const lightened = ['logs', 'spans', 'samples', 'checkpoints', 'signs'] as const

/** How many items of a history could be let go. */
export function weightOf(history: History): number {
  let weight = 0
  for (const name of lightened) weight += history[name]?.size ?? 0
  return weight
}

/** Lets go of lines, spans and samples; each list goes on with what it has dropped. */
export function trimHistory(history: History): void {
  for (const name of lightened) {
    const ring = history[name]
    if (ring === undefined) continue
    history[name] = undefined
    ringOf(history, name).miss(ring.size + ring.dropped)
  }
}
