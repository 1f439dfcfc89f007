/**
 * Takes a task or call from state to state and tells it. Asks the lifecycle table before each step; what the table
 * forbids is emitted all the same, because a peer did send it, and changes nothing that is remembered here.
 */

import type { Why } from '../../model/event.ts'
import { isTerminal, type LifecycleState, whyForbidden } from '../../model/lifecycle.ts'
import type { Outcome } from '../../model/outcome.ts'
import { lifecyclePath, stateOfStatus } from '../eras/lifecycle-path.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { LifeWatch } from './life-watch.ts'
import { endingText, outcomeOfSnapshot } from './outcome-of.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskEventContext } from './task-event-context.ts'

/** What is known of a step beside its states. */
export interface StepFacts {
  readonly snapshot?: TaskSnapshot
  readonly why?: Why
  readonly outcome?: Outcome
}

export class Transitions {
  readonly #context: TaskEventContext
  readonly #watch: LifeWatch

  constructor(context: TaskEventContext, watch: LifeWatch) {
    this.#context = context
    this.#watch = watch
  }

  /** One step. A forbidden one is told and not followed: the registry makes the finding. */
  move(entry: TaskEntry, to: LifecycleState, at: number, facts: StepFacts = {}): void {
    const from = entry.state
    const outcome = isTerminal(to) ? (facts.outcome ?? this.#outcome(entry, facts.snapshot)) : undefined
    const cancel = to === 'cancelling' || to === 'cancelled' ? this.#context.cancelOf(entry.id) : undefined
    const why = cancel === undefined ? facts.why : endingText(cancel, facts.why)
    this.#context.emit(
      {
        kind: 'task.state',
        id: entry.id,
        from,
        to,
        ...(cancel === undefined ? {} : { by: cancel.by }),
        ...(cancel?.control === undefined ? {} : { control: cancel.control }),
        ...(why === undefined ? {} : { why }),
        ...(to === 'cancelling' ? { cause: 'cancel' as const } : {}),
        ...(outcome === undefined ? {} : { outcome }),
      },
      at,
    )
    if (whyForbidden(from, to) !== undefined) return
    entry.state = to
    if (!isTerminal(to)) return
    entry.awaitsOutcome = outcome?.status === 'completed' && facts.outcome === undefined && entry.fetched === undefined
    if (to === 'cancelled' && entry.node === 'task') this.#watch.began(entry, at)
  }

  /** All steps to a state, where the lifecycle has others in between. */
  moveTo(entry: TaskEntry, to: LifecycleState, at: number, facts: StepFacts = {}): void {
    for (const state of lifecyclePath(entry.state, to)) this.move(entry, state, at, facts)
  }

  /** Goes where a peer says that its task is. */
  follow(entry: TaskEntry, snapshot: TaskSnapshot, at: number): void {
    const { statusMessage } = snapshot
    const news = statusMessage !== undefined && statusMessage !== entry.message
    if (statusMessage !== undefined) entry.message = statusMessage
    const why = statusMessage === undefined ? undefined : { text: `“${statusMessage}”` }
    const to = stateOfStatus(snapshot.status)
    if (to === undefined) {
      const text = `status ${JSON.stringify(snapshot.status)}, which no specification knows`
      this.#context.emit({ kind: 'task.changed', id: entry.id, why: { text } }, at)
      return
    }
    const path = lifecyclePath(entry.state, to)
    if (path.length === 0) {
      if (news && why !== undefined) this.#context.emit({ kind: 'task.changed', id: entry.id, why }, at)
      return
    }
    const last = path.length - 1
    path.forEach((state, index) => {
      const unseen = index < last && state !== 'cancelling' ? { text: 'not seen, between two messages' } : undefined
      // The message of the last step explains nothing about the end when it is only repeated.
      const shown = unseen ?? (news || !isTerminal(state) ? why : undefined)
      this.move(entry, state, at, { snapshot, ...(shown === undefined ? {} : { why: shown }) })
    })
  }

  #outcome(entry: TaskEntry, snapshot: TaskSnapshot | undefined): Outcome | undefined {
    if (snapshot === undefined) return undefined
    return outcomeOfSnapshot(snapshot, entry.fetched, this.#context.cancelOf(entry.id), entry.state === 'cancelling')
  }
}
