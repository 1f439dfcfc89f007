/**
 * Carries out a person's wish to cancel a task or a call of the server, and follows it to its end: asked, acknowledged,
 * and how long the work still showed life. Owns one timer per entry; `close` ends them.
 */
import { actorText } from '../../model/actor.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { ControlId, NodeId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { CancelOrigin } from '../analyze/task-event-context.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { DeskOptions } from './desk-options.ts'

export interface CancelDeskOptions extends DeskOptions {
  /** Whether an answer to `tasks/cancel` only says that it was heard. */
  readonly modern: () => boolean
  /** Gives up a call that waits for a person, so that no request is open. @returns whether it did wait */
  readonly dropHeld: (entry: TaskEntry) => boolean
}

interface CancelWish extends CancelOrigin {
  /** Every control that joined it. */
  readonly controls: ControlId[]
}

export class CancelDesk {
  readonly #options: CancelDeskOptions
  readonly #wishes = new Map<NodeId, CancelWish>()
  readonly #timers = new Map<TaskEntry, Dispose>()

  constructor(options: CancelDeskOptions) {
    this.#options = options
  }

  originOf(id: NodeId): CancelOrigin | undefined {
    return this.#wishes.get(id)
  }

  /** The work behind a cancelled task has stopped, or nothing was heard of it for long enough. */
  settled(id: NodeId, text: string): void {
    const wish = this.#wishes.get(id)
    if (wish === undefined) return
    this.#options.emit({ kind: 'task.changed', id, why: { text: `by ${actorText(wish.by)}`, detail: text } })
    this.#effective(id, text)
  }

  cancel(entry: TaskEntry, request: ControlRequest): void {
    const wish = this.#wishes.get(entry.id)
    if (wish !== undefined) {
      wish.controls.push(request.id)
      this.#options.emit({ kind: 'control.acknowledged', control: request.id })
      return
    }
    this.#wishes.set(entry.id, {
      by: request.by,
      control: request.id,
      ...(request.reason === undefined ? {} : { reason: request.reason }),
      controls: [request.id],
    })
    if (entry.taskId === undefined) this.#cancelCall(entry, request)
    else void this.#cancelTask(entry, entry.taskId, request)
  }

  /** Comes before the status in the same answer is read, so "acknowledged" is told before "cancelled". */
  responded(fact: Extract<WireFact, { kind: 'task.response' }>): void {
    if (fact.exchange.request.message.method !== 'tasks/cancel') return
    const { events, emit, modern } = this.#options
    const entry = events().task(fact.host, fact.taskId)
    const wish = entry === undefined ? undefined : this.#wishes.get(entry.id)
    if (wish?.control !== undefined) emit({ kind: 'control.acknowledged', control: wish.control })
    // On the modern wire the answer only says that it was heard; the task may end in any way.
    if (entry !== undefined && wish !== undefined && modern() && !isTerminal(entry.state)) {
      events().cancelling(entry, fact.exchange.answer.frame.at)
    }
  }

  /** A task has ended, in whatever way; a wish waits for its work as long as that shows life. */
  ended(entry: TaskEntry): void {
    const { watch } = this.#options.events()
    if (!watch.watches(entry)) {
      if (this.#wishes.has(entry.id)) this.#effective(entry.id, `it has ${entry.state}`)
    } else if (!this.#timers.has(entry)) this.#awaitQuiet(entry, watch.signsOf(entry))
  }

  close(): void {
    for (const dispose of this.#timers.values()) dispose()
    this.#timers.clear()
    for (const id of [...this.#wishes.keys()]) this.#effective(id, 'its server has ended')
  }

  async #cancelTask(entry: TaskEntry, taskId: string, request: ControlRequest): Promise<void> {
    const { peer, emit, events } = this.#options
    const answer = await peer.request('tasks/cancel', { taskId })
    if (answer === undefined) return
    if (answer.kind === 'error') {
      const reason = `the server answers: ${answer.error.message}`
      for (const control of this.#wishes.get(entry.id)?.controls ?? [request.id]) {
        emit({ kind: 'control.refused', control, reason })
      }
      this.#wishes.delete(entry.id)
      return
    }
    if (isTerminal(entry.state) && !events().watch.watches(entry)) this.#effective(entry.id, `it has ${entry.state}`)
  }

  /** The only way to cancel a plain call; nothing ever acknowledges it. */
  #cancelCall(entry: TaskEntry, request: ControlRequest): void {
    const { peer, clock, emit, limits, timers, events, dropHeld, latest } = this.#options
    const root = entry.request?.message.id
    if (root === undefined) return
    const outcome = { status: 'cancelled', by: request.by, reason: request.reason ?? '' } as const
    emit({ kind: 'control.acknowledged', control: request.id })
    if (dropHeld(entry)) {
      // No request is open: the server waits for us, not we for it.
      events().endBecause(entry, 'cancelled', outcome, clock.now())
      this.#effective(entry.id, 'it is not called again')
      return
    }
    peer.cancelRequest(latest(root), request.reason ?? 'cancelled by a person')
    events().cancelling(entry, clock.now())
    const giveUp = timers.after(limits.cancelGraceMs, () => {
      this.#timers.delete(entry)
      if (!isTerminal(entry.state)) events().endBecause(entry, 'cancelled', outcome, clock.now())
      this.#effective(entry.id, 'not answered any more')
    })
    this.#timers.set(entry, giveUp)
  }

  #awaitQuiet(entry: TaskEntry, heard: number): void {
    const { timers, limits, clock } = this.#options
    const dispose = timers.after(limits.quietMs, () => {
      this.#timers.delete(entry)
      const { watch } = this.#options.events()
      const now = watch.signsOf(entry)
      if (now !== heard) this.#awaitQuiet(entry, now)
      else watch.quiet(entry, limits.quietMs, clock.now())
    })
    this.#timers.set(entry, dispose)
  }

  #effective(id: NodeId, effect: string): void {
    const wish = this.#wishes.get(id)
    if (wish === undefined) return
    this.#wishes.delete(id)
    for (const control of wish.controls) this.#options.emit({ kind: 'control.effective', control, effect })
  }
}
