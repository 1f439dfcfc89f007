/**
 * Over HTTP each answer and each stream comes on a connection of its own, so what was said first may arrive last: the
 * result of a task may overtake the notices before its end. A status that is no end is dropped once the result was
 * fetched, until a status has told the end; from then on a server that goes back is one that goes back.
 */
import type { WireObserver } from '../analyze/analyzer.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import { isTerminalStatus } from '../eras/task-snapshot.ts'

export class StreamOrder implements WireObserver {
  readonly #observers: readonly WireObserver[]
  /** Tasks whose result is known and whose end no status has told. */
  readonly #fetched = new Set<string>()

  constructor(observers: readonly WireObserver[]) {
    this.#observers = observers
  }

  time(at: number, world: World): void {
    for (const observer of this.#observers) observer.time?.(at, world)
  }

  side(...event: Parameters<NonNullable<WireObserver['side']>>): void {
    for (const observer of this.#observers) observer.side?.(...event)
  }

  fact(fact: WireFact, world: World): void {
    if (fact.kind === 'task.response' && fact.ok && fact.exchange.request.message.method === 'tasks/result') {
      this.#fetched.add(fact.taskId)
    }
    if (fact.kind === 'task.status' && this.#fetched.has(fact.snapshot.taskId)) {
      if (!isTerminalStatus(fact.snapshot.status)) return
      this.#fetched.delete(fact.snapshot.taskId)
      // The end is known already: this is no sign of life after it.
      this.#pass({ ...fact, via: 'get' }, world)
    } else this.#pass(fact, world)
  }

  #pass(fact: WireFact, world: World): void {
    for (const observer of this.#observers) observer.fact?.(fact, world)
  }
}
