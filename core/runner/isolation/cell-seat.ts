/**
 * One task and the cell that runs it: what the cell says becomes the task's life and events, and while it stands still
 * what it had said before is kept back, so that nothing is told of a task that is told to stand.
 */
import type { Actor } from '../../model/actor.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import { briefDuration } from '../../model/duration.ts'
import type { TaskEvent, TaskEventBody } from '../../model/event.ts'
import type { Hold } from '../../model/hold.ts'
import type { TaskId } from '../../model/identity.ts'
import type { InputAnswer, InputQuestion } from '../../model/input-question.ts'
import type { StackFrame } from '../../model/stack.ts'
import type { StateChange } from '../../model/state-change.ts'
import { breakpointInside } from '../breakpoints/breakpoint-list.ts'
import type { ControlReply } from '../control-reply.ts'
import { endWithPlace, failToStart } from '../ending.ts'
import { plainErrorInfo } from '../error-info.ts'
import { isHeld } from '../holding.ts'
import { createOpenControls } from '../host/open-controls.ts'
import { functionEnded } from '../settlement.ts'
import { stand, suspend } from '../suspension.ts'
import { tellDebug } from '../sys/sys-controls.ts'
import { sysOf } from '../sys/sys-of.ts'
import type { Task } from '../task.ts'
import { ModuleNotLoaded } from '../task-errors.ts'
import { timersOf, transition } from '../transition.ts'
import type { Cell, CellEnd, CellFactory, CellListener } from './cell.ts'
import { createCellCalls } from './cell-calls.ts'
import { endErrorName, type Force, forceText } from './cell-force.ts'
import { createCellGuests } from './cell-guests.ts'
import type { FromCell, ToCell } from './cell-messages.ts'
import { fromCellOutcome } from './cell-outcome.ts'
import { placeInStack } from './place-in-stack.ts'
import { countToldByPlace } from './told-by-place.ts'

/** Controls that wait for a cell that stands still; more are refused. */
const mostWaiting = 1000
/** A task that a breakpoint wants and that comes to no checkpoint within this is stopped wherever it is. */
const checkpointWithinMs = 100

type DebugMessage = 'trace' | 'setBreakpoint' | 'removeBreakpoint' | 'install' | 'uninstall'

export class CellSeat implements CellListener {
  readonly #task: Task
  readonly #cell: Cell
  readonly #word: CellFactory['word']
  readonly #gone: () => void
  readonly #guests = createCellGuests()
  readonly #guestIds: TaskId[] = []
  readonly #controls = createOpenControls()
  readonly #calls = createCellCalls()
  readonly #inbox: FromCell[] = []
  #phase: 'loading' | 'ready' | 'running' | 'over' = 'loading'
  #standing = false
  #armed = false
  #arrivedAt: string | undefined
  #force: Force | undefined
  /** Runs while a breakpoint waits for the next checkpoint. */
  #checkpointClock: Dispose | undefined
  #waiting = 0
  proceed: () => void

  constructor(task: Task, cells: CellFactory, proceed: () => void, gone: () => void) {
    this.#task = task
    this.#word = cells.word
    this.#gone = gone
    this.proceed = proceed
    this.#cell = cells.start(
      { name: task.name, memoryMb: task.definition.memoryMb, module: task.definition.module },
      this,
    )
  }

  get ready(): boolean {
    return this.#phase === 'ready'
  }

  get begun(): boolean {
    return this.#phase === 'running'
  }

  run(): void {
    const { runner, id, name, label, input, trace, attempt, chain, definition, sys } = this.#task
    const task = { source: runner.source, id, offer: definition.name, name, label, input, trace, attempt, chain }
    this.#phase = 'running'
    // Held already, it is being stepped to its first checkpoint.
    this.#armed = isHeld(this.#task)
    this.#cell.send({
      type: 'run',
      task,
      stepping: this.#armed,
      breakpoints: [...runner.sys.breakpoints.values()].map((each) => breakpointInside(this.#task, each)),
      hooks: [...(sys?.hooks.values() ?? [])].flatMap(({ hook }) => hook ?? []),
    })
  }

  stop(): void {
    if (this.begun) this.#cell.stop()
  }

  /** Takes back a stop that was not told yet. */
  withdraw(): void {
    if (!this.begun || this.#standing) return
    // A step that was under way would stop it at its next checkpoint all the same.
    if (this.#armed) this.#tell('go')
    this.#cell.go()
  }

  /** The task has been released or is being stepped. */
  release(): void {
    const { holding } = this.#task
    const stepping = holding?.stepping === true
    const toStatement = stepping && holding?.stepsTo === 'statement'
    if (stepping && !toStatement) this.#tell('arm')
    else if (this.#armed && !stepping) this.#tell('go')
    this.#letGo(toStatement ? 'statement' : 'run')
  }

  cancel(cause: 'cancel' | 'timeout' | 'parent' | 'supervisor', by: Actor, reason: string): void {
    this.#cell.send({ type: 'cancel', cause, by, reason })
    this.#letGo('run')
  }

  force(by: Actor | undefined, reply: ControlReply | undefined): void {
    this.#force ??= { by, at: this.#task.runner.clock.now(), replies: [] }
    if (reply !== undefined) this.#force.replies.push(reply)
    if (by === undefined) this.#cell.end()
    else this.#cell.kill()
  }

  /** A control that only the cell can carry out; while it stands still that may have to wait, within bounds. */
  control(request: ControlRequest, reply: ControlReply): void {
    const message = { type: 'control', request } as const
    if (this.#standing) {
      if (this.#waiting >= mostWaiting) {
        reply.refused(`${mostWaiting} controls wait for it already`)
        return
      }
      if (!this.#cell.sendStopped(message)) {
        if (request.command.verb === 'getState') {
          reply.refused('it was stopped in a call that cannot be looked into: its state is told once it goes on')
          return
        }
        this.#waiting += 1
        this.#cell.send(message)
      }
    } else this.#cell.send(message)
    this.#controls.add(request.id)
  }

  /** What is looked at with its next checkpoint or progress; also while it stands still. */
  tellDebug(message: Extract<ToCell, { readonly type: DebugMessage }>): void {
    if (this.#phase !== 'over') this.#sendNow(message)
  }

  copyState(): Promise<unknown> {
    const { call, copy } = this.#calls.openCopy()
    this.#sendNow({ type: 'copyState', call })
    return copy
  }

  changeState(change: StateChange, by: Actor, reply: ControlReply): void {
    this.#sendNow({ type: 'changeState', call: this.#calls.open(reply), change, by })
  }

  /** The task has ended: its cell is of no use any more. */
  leave(): void {
    this.#checkpointClock?.()
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#cell.kill()
  }

  message(message: FromCell): void {
    const isUrgent =
      (message.type === 'event' && message.urgent === true) ||
      message.type === 'answered' ||
      message.type === 'stateCopied'
    if (this.#standing && !isUrgent) this.#inbox.push(message)
    else this.#read(message)
  }

  stopped(stack: readonly StackFrame[] | undefined): void {
    const task = this.#task
    const at = this.#arrivedAt ?? (task.questions === undefined ? placeInStack(stack) : 'its question')
    this.#arrivedAt = undefined
    if (task.ended || !isHeld(task) || task.state === 'cancelling' || task.state === 'suspended') {
      if (task.state !== 'suspended') this.#cell.go()
      return
    }
    this.#standing = true
    stand(task, at, stack)
    for (const event of this.#guests.hold(task.name)) task.runner.emit(event)
  }

  ended(end: CellEnd): void {
    const task = this.#task
    this.#phase = 'over'
    this.#checkpointClock?.()
    const force = this.#force
    const told = force === undefined ? end.text : this.#forceText(force)
    const by = force === undefined ? undefined : (force.by ?? task.cancellation?.by)
    const error = {
      ...plainErrorInfo(force === undefined ? endErrorName(end) : 'Killed', told),
      ...(end.error !== undefined && { cause: end.error }),
    }
    for (const event of this.#guests.endAll({ text: told, error, ...(by !== undefined && { by }) }))
      task.runner.emit(event)
    for (const event of this.#controls.endAll(`its ${this.#word} has ended`)) task.runner.emit(event)
    for (const id of this.#guestIds) task.runner.guests.delete(id)
    this.#calls.endAll(`its ${this.#word} has ended`)
    if (!task.ended) endWithPlace(task, force === undefined ? 'exit' : 'killed', error)
    const took = force === undefined ? '' : briefDuration(task.runner.clock.now() - force.at)
    for (const reply of force?.replies ?? []) reply.effective(`killed after ${took}`)
    this.#gone()
  }

  #forceText(force: Force): string {
    const since = this.#task.runner.clock.now() - (this.#task.cancellation?.at ?? 0)
    return forceText(force, this.#word, briefDuration(since))
  }

  #tell(type: 'arm' | 'go'): void {
    this.#armed = type === 'arm'
    this.#sendNow({ type })
  }

  /** Acted on at once also while its code stands still, where that can be. */
  #sendNow(message: ToCell): void {
    if (!this.#standing || !this.#cell.sendStopped(message)) this.#cell.send(message)
  }

  #letGo(step: 'run' | 'statement'): void {
    const { runner } = this.#task
    const stood = this.#standing
    this.#standing = false
    this.#waiting = 0
    if (stood) for (const event of this.#guests.release()) runner.emit(event)
    // First: what it has said before may be a reason to stop it again.
    this.#cell.go(step)
    if (stood) for (const message of this.#inbox.splice(0)) this.message(message)
  }

  #read(message: FromCell): void {
    const task = this.#task
    switch (message.type) {
      case 'loaded':
        this.#phase = 'ready'
        if (task.state === 'pending') this.proceed()
        return
      case 'loadFailed': {
        if (task.ended) return
        const { text, error } = message.failure
        const reason = new ModuleNotLoaded(text, error)
        if (this.begun) functionEnded(task, 'threw', reason)
        else failToStart(task, reason)
        return
      }
      case 'event':
        this.#relay(message.event)
        return
      case 'arrived':
        this.#arrivedAt = message.at
        if (isHeld(task)) this.#cell.stop()
        return
      case 'answered':
      case 'stateCopied':
        this.#calls.answered(message)
        return
      case 'settled': {
        if (task.ended) return
        if (message.wasHeld) sysOf(task).endPassed = true
        const outcome = fromCellOutcome(message.outcome)
        functionEnded(task, outcome.status === 'completed' ? 'returned' : 'threw', undefined, outcome)
      }
    }
  }

  #relay(event: TaskEvent): void {
    const { runner } = this.#task
    const { v: _v, source: _source, seq: _seq, at, ...rest } = event
    const body = rest as TaskEventBody
    if ('id' in body && body.id === this.#task.id) {
      if (!this.#mirror(body)) return
    } else this.#noteGuest(body)
    this.#controls.note(body)
    runner.emit(body, Math.min(at, runner.clock.now()))
    if ('id' in body && body.id === this.#task.id) countToldByPlace(this.#task, body)
  }

  #noteGuest(body: TaskEventBody): void {
    this.#guests.note(body)
    if (body.kind !== 'task.created') return
    this.#guestIds.push(body.id)
    this.#task.runner.guests.set(body.id, (request, reply) => {
      const reads = request.command.verb === 'getState' || request.command.verb === 'getStatus'
      if (this.#standing && !reads) reply.refused(`it is held with ${this.#task.name}`)
      else this.control(request, reply)
    })
  }

  /** What the cell says of the task itself. Gives whether it is to be told as it is. */
  #mirror(body: TaskEventBody): boolean {
    const task = this.#task
    switch (body.kind) {
      case 'task.hold':
        if (body.hold.owner.kind === 'breakpoint') this.#breaks(body.hold)
        return false
      case 'task.created':
      case 'task.released':
        return false
      case 'task.debug': {
        // One of its debug functions has taken itself off.
        const { hooks } = sysOf(task)
        const left = new Set(body.debug.hooks.map(({ id }) => id))
        for (const id of [...hooks.keys()]) if (!left.has(id)) hooks.delete(id)
        tellDebug(task)
        return false
      }
      case 'task.state': {
        const asks = body.to === 'input_required' || body.from === 'input_required'
        const { by, why, control } = body
        if (asks && task.state === body.from && (body.to === 'running' || body.to === 'input_required')) {
          transition(task, body.to, {
            ...(by !== undefined && { by }),
            ...(why !== undefined && { why }),
            ...(control !== undefined && { control }),
          })
        }
        return false
      }
      case 'task.asked':
        if (task.cancellation !== undefined) return false
        this.#openQuestion(body.question)
        return true
      case 'task.answered': {
        const known = task.questions?.delete(body.requestId) === true
        if (task.questions?.size === 0) task.questions = undefined
        return known
      }
      case 'task.progress': {
        const { onProgress, progressToken } = task.options
        const { current, total, message } = body
        onProgress?.({
          current,
          ...(total !== undefined && { total }),
          ...(message !== undefined && { message }),
          ...(progressToken !== undefined && { token: progressToken }),
        })
        return true
      }
      default:
        return true
    }
  }

  /** A breakpoint has asked for the task in its cell, or holds it there. */
  #breaks({ owner, at }: Hold): void {
    const task = this.#task
    if (at === undefined) {
      this.#checkpointClock ??= timersOf(task).after(checkpointWithinMs, () => {
        this.#checkpointClock = undefined
        suspend(task, owner)
      })
      return
    }
    this.#checkpointClock?.()
    this.#checkpointClock = undefined
    this.#armed = true
    this.#arrivedAt = at
    suspend(task, owner)
    // Held by it already, it has been stepped here.
    if (isHeld(task) && !this.#standing) this.#cell.stop()
  }

  #openQuestion(question: InputQuestion): void {
    const task = this.#task
    task.questions ??= new Map()
    task.questions.set(question.requestId, {
      question,
      schema: undefined,
      answered: () => undefined,
      failed: () => undefined,
      clock: undefined,
      forward: (given: InputAnswer, by: Actor, reply: ControlReply | undefined) => {
        this.#cell.send({ type: 'answer', call: this.#calls.open(reply), requestId: question.requestId, given, by })
      },
    })
  }
}
