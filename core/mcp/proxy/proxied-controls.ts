/**
 * What people ask of somebody else's conversation, and what becomes of it: each control is an order to the proxy, whose
 * answers tell when it has been taken and what its effect is.
 */
import type { Clock } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { NodeId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import type { Emit } from '../../model/stamp.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { CancelOrigin } from '../analyze/task-event-context.ts'
import { FrameHolds } from './frame-holds.ts'
import { clientDecides } from './proxied-capabilities.ts'
import type { GuestConnection } from './proxy-door.ts'
import type { FromShim, ShimOrder } from './shim-messages.ts'

export type ShimAnswer = Extract<FromShim, { type: 'taken' | 'done' | 'refused' | 'held' }>

export interface ProxiedControlsOptions {
  readonly emit: Emit
  readonly clock: Clock
  /** The server's process stands still now, or goes on. */
  readonly frozen: (frozen: boolean) => void
}

export class ProxiedControls {
  readonly #options: ProxiedControlsOptions
  readonly #holds: FrameHolds
  readonly #cancels = new Map<NodeId, ControlRequest>()
  /** Controls that wait for the proxy's answer. */
  readonly #asked = new Map<string, ControlRequest>()
  /** Fixes that wait for their effect, by task. */
  readonly #fixing = new Map<string, ControlRequest>()
  #connection: GuestConnection | undefined

  constructor(options: ProxiedControlsOptions) {
    this.#options = options
    this.#holds = new FrameHolds(options.emit, options.clock)
  }

  get connected(): boolean {
    return this.#connection !== undefined
  }

  /** The proxy is there, or is back. */
  attach(connection: GuestConnection): void {
    this.#connection = connection
  }

  /** The proxy has gone: nothing is held any more, and nothing that was asked will be answered. */
  detach(): void {
    this.#connection = undefined
    this.#holds.dropAll('the proxy has gone')
    for (const request of this.#asked.values()) this.#refuse(request, 'the proxy has gone')
    this.#asked.clear()
    this.#fixing.clear()
  }

  /** Sends the proxy away, for good. */
  dismiss(): void {
    this.#connection?.dismiss()
    this.#connection = undefined
  }

  cancelOf(id: NodeId): CancelOrigin {
    const request = this.#cancels.get(id)
    if (request === undefined) return { by: { kind: 'peer', name: 'the client' } }
    const { reason } = request
    return { by: request.by, control: request.id, ...(reason === undefined ? {} : { reason }) }
  }

  ofConnection(request: ControlRequest): void {
    const { verb } = request.command
    const signal = verb === 'freeze' ? 'SIGSTOP' : verb === 'thaw' ? 'SIGCONT' : verb === 'kill' ? 'SIGKILL' : undefined
    if (signal === undefined) this.#refuse(request, clientDecides)
    else this.#ask(request, { do: 'signal', control: request.id, signal })
  }

  /** @param entry the task or call that is meant, if there is one */
  ofTask(entry: TaskEntry | undefined, request: ControlRequest): void {
    const { command, id: control } = request
    if (entry?.taskId === undefined) {
      this.#refuse(request, 'only a task can be controlled in someone else’s conversation')
      return
    }
    if (isTerminal(entry.state)) {
      this.#refuse(request, 'it has ended')
      return
    }
    const task = entry.taskId
    switch (command.verb) {
      case 'suspend':
        if (this.#ask(request, { do: 'hold', control, task })) this.#holds.wanted(task, entry.id, request)
        return
      case 'resume':
        this.#ask(request, { do: 'release', control, task })
        return
      case 'step':
        this.#ask(request, { do: 'step', control, task })
        return
      case 'cancel':
        if (entry.host === 'client') this.#refuse(request, 'the client runs it itself')
        else if (this.#inject('tasks/cancel', task, request)) this.#cancels.set(entry.id, request)
        return
      case 'fix':
        if (command.rule !== 'stalled-input-required') {
          this.#refuse(request, `nothing is known that fixes ${command.rule}`)
        } else if (this.#inject('tasks/result', task, request)) this.#fixing.set(task, request)
        return
      default:
        this.#refuse(request, clientDecides)
    }
  }

  /** What the proxy answers to an order. */
  answered(message: ShimAnswer): void {
    if (message.type === 'held') {
      this.#holds.seen(message.task, message.waiting, message.why)
      return
    }
    const request = this.#asked.get(message.control)
    if (request === undefined) return
    if (message.type === 'taken') {
      this.#options.emit({ kind: 'control.acknowledged', control: request.id })
      return
    }
    this.#forget(request)
    if (message.type === 'refused') {
      this.#holds.refused(request)
      this.#refuse(request, message.text)
      return
    }
    const { verb } = request.command
    if (verb === 'freeze' || verb === 'thaw') this.#options.frozen(verb === 'freeze')
    this.#effective(request, message.text)
  }

  /** The server asks the question that a task has waited with: what a fix was for. */
  questionCame(task: string): void {
    const request = this.#fixing.get(task)
    if (request === undefined) return
    this.#forget(request)
    this.#effective(request, 'the question is on its way')
  }

  #inject(method: string, taskId: string, request: ControlRequest): boolean {
    return this.#ask(request, { do: 'inject', control: request.id, method, params: { taskId } })
  }

  /** @returns whether there is a proxy to ask; if not, the control is refused */
  #ask(request: ControlRequest, order: ShimOrder): boolean {
    if (this.#connection === undefined) {
      this.#refuse(request, 'the proxy is not there')
      return false
    }
    this.#asked.set(request.id, request)
    this.#connection.send({ type: 'order', order })
    return true
  }

  #forget(request: ControlRequest): void {
    this.#asked.delete(request.id)
    for (const [task, fix] of this.#fixing) if (fix === request) this.#fixing.delete(task)
  }

  #effective(request: ControlRequest, effect: string): void {
    this.#options.emit({ kind: 'control.effective', control: request.id, effect })
  }

  #refuse(request: ControlRequest, reason: string): void {
    this.#options.emit({ kind: 'control.refused', control: request.id, reason })
  }
}
