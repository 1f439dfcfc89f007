/**
 * Runs each task in a cell of its own. The lifecycle stays here, with its clocks and holds; the code runs there, can be
 * stopped in the middle of anything, and can be ended for certain.
 */
import type { Actor } from '../../model/actor.ts'
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { Capabilities } from '../../model/capability.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { DebugHook } from '../../model/task-debug.ts'
import { breakpointInside } from '../breakpoints/breakpoint-list.ts'
import type { ControlReply } from '../control-reply.ts'
import { failToStart } from '../ending.ts'
import type { Executor, RemoteState } from '../executor.ts'
import { formatValue } from '../format-value.ts'
import { inlineCapabilities } from '../inline-executor.ts'
import { functionEnded } from '../settlement.ts'
import type { Task } from '../task.ts'
import { InputNotCloneable, SysRefused, type TaskCancelled } from '../task-errors.ts'
import type { CellFactory } from './cell.ts'
import { CellSeat } from './cell-seat.ts'

const cellCapabilities: Capabilities = Object.freeze({ ...inlineCapabilities, kill: true })
const notStarted = 'it has not started yet'

export class CellExecutor implements Executor {
  readonly isolation: 'thread' | 'process'
  readonly capabilities = cellCapabilities
  readonly holdsBy: CellFactory['holdsBy']
  readonly timers: CellFactory['timers']
  readonly remoteState: RemoteState = {
    copy: (task) => this.#begun(task).copyState(),
    change: (task, change, by, reply) => {
      const seat = this.#seats.get(task)
      if (seat?.begun === true) seat.changeState(change, by, reply)
      else reply.refused(notStarted)
    },
  }
  readonly #cells: CellFactory
  readonly #seats = new Map<Task, CellSeat>()
  /** Tasks that wait for a cell, oldest first. */
  readonly #waiting = new Map<Task, () => void>()
  #whenEmpty: (() => void) | undefined

  constructor(isolation: 'thread' | 'process', cells: CellFactory) {
    this.isolation = isolation
    this.#cells = cells
    this.holdsBy = cells.holdsBy
    this.timers = cells.timers
  }

  admit(task: Task, proceed: () => void): void {
    const seat = this.#seats.get(task)
    if (seat !== undefined) {
      seat.proceed = proceed
      if (seat.ready) proceed()
      return
    }
    const refusal = whyNotCloneable(task)
    if (refusal !== undefined)
      failToStart(task, new InputNotCloneable(`${refusal}; ${task.name} runs in a ${this.#cells.word} of its own`))
    else if (this.#seats.size < this.#cells.most) this.#seat(task, proceed)
    else {
      if (!this.#waiting.has(task)) this.#tellWait(task)
      this.#waiting.set(task, proceed)
    }
  }

  run(task: Task): void {
    task.begun = true
    try {
      this.#seats.get(task)?.run()
      if (task.sys?.trace === true) this.trace(task, true)
    } catch (thrown) {
      functionEnded(task, 'threw', new InputNotCloneable(String(thrown)))
    }
  }

  standsAt(): undefined {
    return undefined
  }

  stop(task: Task): void {
    this.#seats.get(task)?.stop()
  }

  withdraw(task: Task): void {
    this.#seats.get(task)?.withdraw()
  }

  release(task: Task): void {
    this.#seats.get(task)?.release()
  }

  leave(): void {
    // Nothing of its code is left here; the cell goes with the task.
  }

  signal(task: Task, error: TaskCancelled): void {
    this.#seats.get(task)?.cancel(error.why, error.by, error.message)
  }

  force(task: Task, by: Actor | undefined, reply?: ControlReply): void {
    const seat = this.#seats.get(task)
    if (seat?.begun === true) seat.force(by, reply)
    else reply?.refused(`${notStarted}: cancel it instead`)
  }

  trace(task: Task, on: boolean): void {
    const seat = this.#seats.get(task)
    if (seat?.begun === true) seat.tellDebug({ type: 'trace', on })
  }

  setBreakpoint(task: Task, breakpoint: Breakpoint): void {
    const seat = this.#seats.get(task)
    if (seat?.begun === true) seat.tellDebug({ type: 'setBreakpoint', breakpoint: breakpointInside(task, breakpoint) })
  }

  removeBreakpoint(task: Task, id: string): void {
    const seat = this.#seats.get(task)
    if (seat?.begun === true) seat.tellDebug({ type: 'removeBreakpoint', id })
  }

  install(task: Task, hook: DebugHook): void {
    const seat = this.#seats.get(task)
    if (seat?.begun === true) seat.tellDebug({ type: 'install', hook })
  }

  uninstall(task: Task, id: string): void {
    const seat = this.#seats.get(task)
    if (seat?.begun === true) seat.tellDebug({ type: 'uninstall', id })
  }

  liveState() {
    return formatValue(undefined)
  }

  control(task: Task, request: ControlRequest, reply: ControlReply): boolean {
    switch (request.command.verb) {
      case 'kill':
        this.force(task, request.by, reply)
        return true
      case 'getState':
      case 'replaceState': {
        const seat = this.#seats.get(task)
        if (seat?.begun === true) seat.control(request, reply)
        else reply.refused(notStarted)
        return true
      }
      default:
        return false
    }
  }

  ended(task: Task): void {
    this.#waiting.delete(task)
    this.#seats.get(task)?.leave()
  }

  async close(): Promise<void> {
    if (this.#seats.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve))
    await this.#cells.close()
  }

  #begun(task: Task): CellSeat {
    const seat = this.#seats.get(task)
    if (seat?.begun !== true) throw new SysRefused(notStarted)
    return seat
  }

  #seat(task: Task, proceed: () => void): void {
    const seat = new CellSeat(task, this.#cells, proceed, () => this.#gone(task))
    this.#seats.set(task, seat)
  }

  #gone(task: Task): void {
    this.#seats.delete(task)
    if (this.#seats.size === 0) this.#whenEmpty?.()
    for (const [next, proceed] of this.#waiting) {
      if (this.#seats.size >= this.#cells.most) return
      // A task that was held meanwhile asks again when it is released.
      this.#waiting.delete(next)
      if (next.state === 'pending') this.#seat(next, proceed)
    }
  }

  #tellWait(task: Task): void {
    const { word, most } = this.#cells
    const why = { text: `waits for a free ${word}`, detail: `${most} of ${most} run` }
    task.runner.emit({ kind: 'task.changed', id: task.id, why })
  }
}

function whyNotCloneable(task: Task): string | undefined {
  try {
    structuredClone(task.input)
    return undefined
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'its input cannot be cloned'
  }
}
