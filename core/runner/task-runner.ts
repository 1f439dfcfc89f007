/**
 * Runs task functions and owns their lives: a source of events, a taker of controls. Everything that happens to a task
 * leaves as an event; nothing here knows who watches.
 */
import type { Breakpoint } from '../model/breakpoint.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { ControlRequest, ControlVerb } from '../model/control.ts'
import { briefDuration } from '../model/duration.ts'
import type { NodeId, SourceId, TaskId } from '../model/identity.ts'
import type { Isolation } from '../model/node.ts'
import type { EventSink, Source } from '../model/source.ts'
import { createEmit, type Emit } from '../model/stamp.ts'
import type { IdSource } from '../model/trace-ids.ts'
import { createRandomIds } from '../system/random-ids.ts'
import { systemClock, systemTimers } from '../system/system-clock.ts'
import { type Adoption, adoptTask } from './adoption.ts'
import { breakBeforeStart } from './breakpoints/break-at.ts'
import { removeBreakpoint, setBreakpoint } from './breakpoints/breakpoint-list.ts'
import { controlBreakpoints } from './breakpoints/control-breakpoints.ts'
import { cancel } from './cancellation.ts'
import { createPlaces } from './concurrency.ts'
import { type ControlReply, eventReply } from './control-reply.ts'
import { controlTask, isInPlace } from './controls.ts'
import type { SupervisorDefinition } from './define-supervisor.ts'
import type { AnyTaskDefinition, Runnable, SubmitOptions } from './define-task.ts'
import { createDelivery } from './delivery.ts'
import { type EarlierTask, runEarlier } from './earlier-task.ts'
import { createHistory } from './history.ts'
import { InlineExecutor } from './inline-executor.ts'
import type { CellFactory } from './isolation/cell.ts'
import { CellExecutor } from './isolation/cell-executor.ts'
import type { ActivateSpan, RunnerCore } from './runner-core.ts'
import { RunnerHandle } from './runner-handle.ts'
import { createSampleFolder } from './samples.ts'
import { createSpanActivation } from './span-activation.ts'
import { createTask, definitionOf } from './spawning.ts'
import { createStartQueue, type StartGate } from './start-queue.ts'
import { startTask } from './starting.ts'
import { membersUnder, resumeAll, suspendAll } from './subtree.ts'
import type { SupervisorHandle } from './supervisor-handle.ts'
import { suspend } from './suspension.ts'
import { type OpenEventFile, openEventFile } from './sys/event-file.ts'
import { createSysBook, type ModuleFunction } from './sys/sys-book.ts'
import type { Task } from './task.ts'
import type { TaskHandle } from './task-handle.ts'
import { createTaskSupervisors } from './task-supervisors.ts'

export type { StartGate } from './start-queue.ts'

/** How long a cancelled task may unwind before it is abandoned, unless the runner is told otherwise. */
const defaultGraceMs = 5000
const defaultKeepEnded = 10_000

type StartVerb = Extract<ControlVerb, { verb: 'start' }>

export interface TaskRunnerOptions {
  readonly source: SourceId
  readonly sink: EventSink
  readonly clock?: Clock
  readonly timers?: Timers
  readonly ids?: IdSource
  /** The node under which top-level tasks and supervisors are shown. */
  readonly parent?: NodeId
  /** Tasks that a `start` control on the parent node may start by name. */
  readonly tasks?: readonly AnyTaskDefinition[]
  /** How many top-level tasks may run at once; the others wait as `pending`. No limit by default. */
  readonly concurrency?: number
  /** From 0 to 1, for the jitter of backoffs; `Math.random` by default. */
  readonly random?: () => number
  /** Where tasks are held from their start on. */
  readonly breakpoints?: readonly Breakpoint[]
  /** Functions of the tasks' module that breakpoints and debug functions may name. */
  readonly functions?: ReadonlyMap<string, ModuleFunction>
  /** Opens the file of `log_to_file`; appends on this machine's disk by default. */
  readonly openEventFile?: OpenEventFile
  /** Starts wait as `pending` while it is closed. */
  readonly gate?: StartGate
  /** Milliseconds; 5000 by default. */
  readonly graceMs?: number
  /** How many ended tasks can be run again with the same input; 10 000 by default. */
  readonly keepEnded?: number
  /** Whether the runner acknowledges controls itself. `false` where a watchdog has done so already. Default `true`. */
  readonly acknowledges?: boolean
  /** Makes a task's span active for its code. By default as OpenTelemetry's API does, where a manager is registered. */
  readonly activate?: ActivateSpan
  /** Calls back in a later turn of the event loop; `setImmediate` by default. */
  readonly nextTurn?: (callback: () => void) => void
  /** Where tasks of other isolations get places of their own; a task whose isolation has none here runs inline. */
  readonly places?: Readonly<Partial<Record<Exclude<Isolation, 'inline'>, CellFactory>>>
  /** Samples also leave while a task's code never lets the event loop turn. */
  readonly promptSamples?: boolean
  /** Called before each checkpoint and each progress of a task. */
  readonly beforeSample?: () => void
}

export interface TaskRunner extends Source {
  /**
   * Makes a task and starts it one turn later; the handle is there before its first statement runs.
   * Throws `DuplicateTaskId` (-32082) for an id that is taken and `TaskRefused` once the runner is closed.
   */
  submit<Input, Result>(task: Runnable<Input, Result>, input?: Input, options?: SubmitOptions): TaskHandle<Result>
  /** Submits, then waits until the function runs. Rejects with `TaskNotStarted` when it never does. */
  start<Input, Result>(
    task: Runnable<Input, Result>,
    input?: Input,
    options?: SubmitOptions,
  ): Promise<TaskHandle<Result>>
  /** Starts a supervisor and its children, in order. */
  supervise(definition: SupervisorDefinition): SupervisorHandle
  /** Answers a `retry` of a task that ended in an earlier process of this source. */
  again(earlier: EarlierTask, request: ControlRequest): void
  /** Holds tasks by themselves from now on. Gives why not, when it cannot. One of the same id is replaced. */
  setBreakpoint(breakpoint: Breakpoint): string | undefined
  /** `false` when there is none of that id. What it holds stays held. */
  removeBreakpoint(id: string): boolean
  breakpoints(): readonly Breakpoint[]
  /** The handle of a living task. */
  handle(id: TaskId): TaskHandle | undefined
  /** Whether the target runs in a place of its own: then it need not wait for a busy event loop. */
  inPlace(request: ControlRequest): boolean
  /** How many tasks have not ended. */
  live(): number
  /** How many of them wait for the gate. */
  waiting(): number
  /** Runs a task of another runner, under its id and span, in the place that this runner is. */
  adopt(adoption: Adoption): Task
  /** Emits any other fact of this source in its one order: console lines, findings, spans. */
  readonly emit: Emit
  /** Emits folded samples now. */
  flush(): void
}

/** Makes a runner whose tasks run inline, on this process's event loop. */
export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  return new InlineTaskRunner(options)
}

class InlineTaskRunner implements TaskRunner {
  readonly id: SourceId
  readonly emit: Emit
  readonly #core: RunnerCore
  readonly #acknowledges: boolean
  readonly #offers = new Map<string, AnyTaskDefinition>()
  readonly #supervisors: ReturnType<typeof createTaskSupervisors>
  #idle: (() => void)[] = []
  #closing: Promise<void> | undefined

  constructor(options: TaskRunnerOptions) {
    const clock = options.clock ?? systemClock
    const timers = options.timers ?? systemTimers
    const sys = createSysBook({
      breakpoints: options.breakpoints ?? [],
      functions: options.functions ?? new Map(),
      openFile: options.openEventFile ?? openEventFile,
    })
    const delivery = createDelivery((event) => {
      options.sink(event)
      sys.hear(event)
    })
    const emit = createEmit(options.source, clock, delivery.sink)
    const nextTurn = options.nextTurn ?? setImmediate
    this.id = options.source
    this.emit = emit
    this.#acknowledges = options.acknowledges ?? true
    this.#core = {
      source: options.source,
      parentNode: options.parent,
      emit,
      clock,
      timers,
      ids: options.ids ?? createRandomIds(),
      graceMs: options.graceMs ?? defaultGraceMs,
      places: placesOf(options.places ?? {}),
      guests: new Map(),
      executor: new InlineExecutor({ clock, activate: options.activate ?? createSpanActivation(), nextTurn }),
      samples: createSampleFolder(
        emit,
        timers,
        options.promptSamples === true ? clock : undefined,
        options.beforeSample,
      ),
      starts: createStartQueue({ gate: options.gate, start: startUnlessHeld, waits: (task) => tellWait(task) }),
      sys,
      turns: createPlaces(options.concurrency),
      random: options.random ?? Math.random,
      history: createHistory(options.keepEnded ?? defaultKeepEnded),
      live: new Map(),
      timedOut,
      taskEnded: () => this.#settleIdle(),
      act: delivery.act,
      lastBare: undefined,
      closed: false,
    }
    this.#supervisors = createTaskSupervisors(this.#core)
    for (const definition of options.tasks ?? []) this.#offers.set(definition.name, definition)
  }

  submit<Input, Result>(
    runnable: Runnable<Input, Result>,
    input?: Input,
    options: SubmitOptions = noOptions,
  ): TaskHandle<Result> {
    const core = this.#core
    const task = createTask(core, { definition: definitionOf(core, runnable, options), input, options })
    if (options.holdFor !== undefined) suspend(task, options.holdFor)
    else core.starts.add(task)
    return new RunnerHandle<Result>(task)
  }

  async start<Input, Result>(
    runnable: Runnable<Input, Result>,
    input?: Input,
    options?: SubmitOptions,
  ): Promise<TaskHandle<Result>> {
    const handle = this.submit(runnable, input, options)
    await handle.started
    return handle
  }

  supervise(definition: SupervisorDefinition): SupervisorHandle {
    return this.#supervisors.start(definition, this.#core.parentNode)
  }

  handle(id: TaskId): TaskHandle | undefined {
    const task = this.#core.live.get(id)
    return task === undefined ? undefined : new RunnerHandle(task)
  }

  setBreakpoint(breakpoint: Breakpoint): string | undefined {
    return setBreakpoint(this.#core, breakpoint)
  }

  removeBreakpoint(id: string): boolean {
    return removeBreakpoint(this.#core, id)
  }

  breakpoints(): readonly Breakpoint[] {
    return [...this.#core.sys.breakpoints.values()]
  }

  inPlace({ target }: ControlRequest): boolean {
    return isInPlace(this.#core, target.slice(this.id.length + 1) as TaskId)
  }

  live(): number {
    return this.#core.live.size
  }

  waiting(): number {
    return this.#core.starts.waiting()
  }

  adopt(adoption: Adoption): Task {
    return adoptTask(this.#core, adoption)
  }

  flush(): void {
    this.#core.samples.flushAll()
  }

  again(earlier: EarlierTask, request: ControlRequest): void {
    const reply = eventReply(this.#core.emit, request.id)
    const definition = this.#offers.get(earlier.name)
    this.#core.act(() => {
      if (definition === undefined) reply.refused(`no task is named ${earlier.name} any more`)
      else if (this.#core.closed) reply.refused('it is closed')
      else
        reply.effective(`as ${runEarlier(this.#core, definition, earlier, { by: request.by, control: request.id }).id}`)
    })
  }

  control(request: ControlRequest): void {
    this.#core.act(() => this.#control(request))
  }

  close(reason: string): Promise<void> {
    this.#closing ??= this.#close(reason)
    return this.#closing
  }

  #control(request: ControlRequest): void {
    const core = this.#core
    if (this.#acknowledges) core.emit({ kind: 'control.acknowledged', control: request.id })
    const reply = eventReply(core.emit, request.id)
    const prefix = `${core.source}/`
    if (!request.target.startsWith(prefix)) {
      reply.refused('it belongs to another source')
      return
    }
    const id = request.target.slice(prefix.length) as NodeId
    if (id === core.parentNode && controlBreakpoints(core, request.command, reply)) return
    if (this.#suspendUnder(id, request, reply)) return
    if (this.#supervisors.control(id, request, reply)) return
    if (request.command.verb === 'start' && id === core.parentNode) this.#startOffer(request, request.command, reply)
    else controlTask(core, id, request, reply)
  }

  /** A supervisor and the runner's own node have no code: their tasks are held. */
  #suspendUnder(id: NodeId, { command, by }: ControlRequest, reply: ControlReply): boolean {
    const core = this.#core
    if (command.verb !== 'suspend' && command.verb !== 'resume') return false
    if (id !== core.parentNode && !this.#supervisors.has(id)) return false
    const members = id === core.parentNode ? [...core.live.values()] : membersUnder(core, id)
    if (command.verb === 'suspend') suspendAll(members, by, reply)
    else resumeAll(members, by, command.all === true, reply)
    return true
  }

  #startOffer(request: ControlRequest, command: StartVerb, reply: ControlReply): void {
    const definition = this.#offers.get(command.offer)
    if (definition === undefined || this.#core.closed) {
      reply.refused(definition === undefined ? `no task is named ${command.offer}` : 'it is closed')
      return
    }
    const { input, traceparent } = command
    const handle = this.submit(definition, input, {
      by: request.by,
      control: request.id,
      ...(traceparent !== undefined && { traceparent }),
    })
    reply.effective(`as ${handle.id}`)
  }

  async #close(reason: string): Promise<void> {
    const core = this.#core
    await this.#supervisors.close(reason)
    core.closed = true
    const roots = [...core.live.values()].filter((task) => task.parent === undefined)
    for (const task of roots) cancel(task, { cause: 'supervisor', by: { kind: 'source' }, reason })
    if (core.live.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    core.starts.close()
    core.samples.flushAll()
    for (const place of Object.values(core.places)) await place.close?.()
  }

  #settleIdle(): void {
    if (this.#core.live.size > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

/** Kept by every task that was submitted without any. */
const noOptions: SubmitOptions = Object.freeze({})

function placesOf(cells: NonNullable<TaskRunnerOptions['places']>): RunnerCore['places'] {
  const { thread, process } = cells
  return {
    ...(thread !== undefined && { thread: new CellExecutor('thread', thread) }),
    ...(process !== undefined && { process: new CellExecutor('process', process) }),
  }
}

function startUnlessHeld(task: Task): void {
  if (breakBeforeStart(task)) return
  if (task.runner.turns.enter(task)) startTask(task)
}

function tellWait(task: Task): void {
  const why = { text: 'waits to start', detail: 'too many events are unread' }
  task.runner.emit({ kind: 'task.changed', id: task.id, why })
}

function timedOut(task: Task): void {
  const limit = briefDuration(task.timeoutMs ?? 0)
  cancel(task, { cause: 'timeout', by: { kind: 'clock' }, reason: `it ran longer than ${limit}` })
}
