/**
 * Runs task functions on this process's own event loop. Code can be held only where it stands inside the runner, so a
 * hold is effective at the next checkpoint; a busy function cannot be stopped from here, and nothing can kill it.
 */
import type { Capabilities } from '../model/capability.ts'
import type { Clock } from '../model/clock.ts'
import { taskStorage } from './current-task.ts'
import type { Executor } from './executor.ts'
import { formatValue } from './format-value.ts'
import { isHeld } from './holding.ts'
import { ignoreRejection } from './ignore-rejection.ts'
import { InlineContext } from './inline-context.ts'
import { type StandingPoint, seatOf } from './inline-seat.ts'
import type { ActivateSpan } from './runner-core.ts'
import { functionEnded } from './settlement.ts'
import { stand } from './suspension.ts'
import type { Task } from './task.ts'
import type { TaskCancelled } from './task-errors.ts'

/** After so long without a turn of the event loop a checkpoint gives one, or controls could never arrive. Milliseconds. */
const sliceMs = 12

export const inlineCapabilities: Capabilities = Object.freeze({
  suspend: true,
  resume: true,
  step: true,
  cancel: true,
  kill: 'an inline task shares its event loop with others; end the host instead',
  retry: true,
  answer: true,
  getState: true,
  replaceState: true,
  getStatus: true,
  getStatistics: true,
  log: true,
  logToFile: true,
  trace: true,
  install: true,
  remove: true,
  noDebug: true,
  terminate: true,
})

const atOnce = Promise.resolve()

export interface InlineExecutorOptions {
  readonly clock: Clock
  readonly activate: ActivateSpan
  /** Calls back in a later turn of the event loop. */
  readonly nextTurn: (callback: () => void) => void
}

export class InlineExecutor implements Executor {
  readonly isolation = 'inline'
  readonly holdsBy = 'checkpoint'
  readonly capabilities = inlineCapabilities
  readonly #clock: Clock
  readonly #activate: ActivateSpan
  readonly #nextTurn: (callback: () => void) => void
  #sliceStart: number
  #yielding: [Task, StandingPoint][] = []

  constructor({ clock, activate, nextTurn }: InlineExecutorOptions) {
    this.#clock = clock
    this.#activate = activate
    this.#nextTurn = nextTurn
    this.#sliceStart = clock.now()
  }

  run(task: Task): void {
    task.begun = true
    let returned: unknown
    try {
      returned = taskStorage.run(task, startFunction, task, this, this.#activate)
      if (isThenable(returned)) {
        Promise.resolve(returned).then(
          (value: unknown) => functionEnded(task, 'returned', value),
          (thrown: unknown) => functionEnded(task, 'threw', thrown),
        )
        return
      }
    } catch (thrown) {
      functionEnded(task, 'threw', thrown)
      return
    }
    functionEnded(task, 'returned', returned)
  }

  standsAt(task: Task): string | undefined {
    return task.seat?.points[0]?.label
  }

  release(task: Task): void {
    const points = task.seat?.points
    if (points === undefined) return
    for (const point of points.splice(0)) {
      if (point.ready) point.goOn()
      else points.push(point)
    }
  }

  leave(task: Task): void {
    for (const point of task.seat?.points.splice(0) ?? []) point.clock?.()
  }

  signal(task: Task, error: TaskCancelled): void {
    for (const point of task.seat?.points.splice(0) ?? []) {
      point.clock?.()
      point.reject(error)
    }
    task.seat?.controller?.abort(error)
  }

  liveState(task: Task) {
    return formatValue(task.liveState)
  }

  /** The code has come to a checkpoint: it is held here if it is wanted, and goes on otherwise. */
  checkpoint(task: Task, label: string): Promise<void> {
    if (isHeld(task)) return this.arrive(task, label)
    if (this.#clock.now() - this.#sliceStart < sliceMs) return atOnce
    return this.standing(task, label, (point) => {
      this.#yielding.push([task, point])
      if (this.#yielding.length === 1) this.#nextTurn(() => this.#endYield())
    })
  }

  /** The code stands at a point whose own reason to wait is over at once. */
  arrive(task: Task, label: string): Promise<void> {
    return this.standing(task, label, (point) => {
      point.ready = true
      stand(task, label)
    })
  }

  /**
   * Makes a point at which the code stands until `ready` was called for it and nobody holds the task.
   * `begin` is called when the point is in place.
   */
  standing(task: Task, label: string, begin: (point: StandingPoint) => void): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      const point: StandingPoint = { label, ready: false, goOn: resolve, reject, clock: undefined }
      const seat = seatOf(task)
      seat.points.push(point)
      seat.waits += 1
      begin(point)
    })
    // A sleep that nobody awaits must not become an unhandled rejection when its task is cancelled.
    promise.catch(ignoreRejection)
    return promise
  }

  /** A point's own reason to wait is over. */
  ready(task: Task, point: StandingPoint): void {
    point.ready = true
    if (task.state === 'suspended') return
    const points = task.seat?.points
    const index = points?.indexOf(point) ?? -1
    if (points === undefined || index < 0) return
    points.splice(index, 1)
    point.goOn()
  }

  #endYield(): void {
    this.#sliceStart = this.#clock.now()
    const yielding = this.#yielding
    this.#yielding = []
    for (const [task, point] of yielding) this.ready(task, point)
  }
}

function startFunction(task: Task, executor: InlineExecutor, activate: ActivateSpan): unknown {
  const context = new InlineContext(task, executor)
  return activate(task.trace, () => task.definition.run(context, task.input))
}

/** Looks at `then` alone, as `await` does: a proxy may refuse to say what else it is. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
