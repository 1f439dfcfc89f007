/**
 * One task as its runner holds it. Plain state without behaviour of its own: the lifecycle modules beside this one
 * change it, each its own part. What few tasks need is made on first use, so that 100 000 idle tasks stay small.
 */
import type { Actor } from '../model/actor.ts'
import type { ControlRequest, StepEnd } from '../model/control.ts'
import type { Dispose } from '../model/dispose.ts'
import type { LogLine } from '../model/event.ts'
import type { Hold } from '../model/hold.ts'
import type { ControlId, NodeId, TaskId } from '../model/identity.ts'
import type { CancelCause, LifecycleState } from '../model/lifecycle.ts'
import { isTerminal } from '../model/lifecycle.ts'
import type { TraceIds } from '../model/span.ts'
import type { ControlReply } from './control-reply.ts'
import type { CurrentTask } from './current-task.ts'
import type { Deferred } from './deferred.ts'
import type { AnyTaskDefinition, SpawnOptions } from './define-task.ts'
import type { Executor } from './executor.ts'
import type { InlineSeat } from './inline-seat.ts'
import type { OpenQuestion } from './questions.ts'
import type { RunnerCore } from './runner-core.ts'
import type { TaskSamples } from './samples.ts'
import type { TaskSys } from './sys/task-sys.ts'
import type { TaskCancelled, TaskExit } from './task-errors.ts'
import type { TaskOutcome } from './task-handle.ts'

/** How a task's function ended, before that became an outcome. */
export interface Settlement {
  readonly how: 'returned' | 'threw'
  readonly value: unknown
  /** Cancel had been asked for by then. */
  readonly afterCancel: boolean
  /** The outcome that the place where it ran has made of it; `value` is of no meaning then. */
  readonly remote?: TaskOutcome
}

export interface HeldEntry {
  hold: Hold
  /** Waits for the hold to take effect. */
  reply: ControlReply | undefined
}

/** Who holds a task, and how it is being stepped. */
export interface Holding {
  readonly entries: HeldEntry[]
  /** A step is under way: the next checkpoint holds again, those before it do not. */
  stepping: boolean
  /** Where the step under way ends. */
  stepsTo: StepEnd
  readonly steps: ControlReply[]
  /** The state to which a suspended task returns. */
  from: LifecycleState
  /** Children whose start waits for their parent's release. */
  heldStarts: Task[]
  /** How often it was really held. */
  count: number
}

export interface Cancellation {
  readonly cause: CancelCause
  /** Asked for by `terminate`: a supervisor starts it again as its restart type says. */
  readonly restarts: boolean
  readonly by: Actor
  readonly reason: string
  readonly error: TaskCancelled
  readonly at: number
  readonly control: ControlId | undefined
  /** Every control that asked for it or joined it. */
  readonly replies: ControlReply[]
  /** The clock of the grace, on the task at which the cancellation began. */
  grace: Dispose | undefined
}

/** Failed children whose outcome nobody has asked for; of very many only the first are kept. */
export interface UnobservedChildren {
  readonly tasks: Task[]
  more: number
}

/** What a task was made from. It outlives the task: with it the task can be run again. */
export interface TaskOrigin {
  readonly id: TaskId
  readonly definition: AnyTaskDefinition
  readonly name: string
  readonly label: string | undefined
  /** As its schema has completed it, once that has checked it. */
  input: unknown
  readonly parent: Task | undefined
  readonly parentNode: NodeId | undefined
  readonly trace: TraceIds
  readonly attempt: number
  /** The id of the chain's first attempt. */
  readonly chain: TaskId
  readonly options: SpawnOptions
  readonly timeoutMs: number | undefined
  /** Starts it again under its supervisor, which counts and links the attempt; `false` when that has gone. */
  restart: ((request: ControlRequest, reply: ControlReply) => boolean) | undefined
}

export class Task implements CurrentTask {
  readonly runner: RunnerCore
  readonly executor: Executor
  readonly origin: TaskOrigin

  state: LifecycleState = 'pending'
  /** When the present stay in `running` began, and the time spent there before it; milliseconds. */
  runningSince = 0
  startedAt: number | undefined = undefined
  runningMs = 0
  timeout: Dispose | undefined = undefined
  /** The wait before an attempt that was made by itself. */
  backoff: Dispose | undefined = undefined
  /** The attempt that was made by itself after this one had failed. */
  next: Task | undefined = undefined
  liveState: unknown = undefined
  settlement: Settlement | undefined = undefined
  /** Set with the terminal state, never changed. */
  result: TaskOutcome | undefined = undefined
  /** It has ended but its function has not. */
  abandoned = false
  draining = false
  /** Somebody has asked for this child's value or outcome. */
  observed = false
  /** It has been told that its context is used after its end. */
  toldMisuse = false
  /** Its function has been called. */
  begun = false
  /** What `ctx.exit` threw: it decides the outcome even when the function swallows it. */
  exit: TaskExit | undefined = undefined

  holding: Holding | undefined = undefined
  cancellation: Cancellation | undefined = undefined
  children: Set<Task> | undefined = undefined
  /** Children that failed while nobody had asked for their outcome. */
  unobserved: UnobservedChildren | undefined = undefined
  samples: TaskSamples | undefined = undefined
  questions: Map<string, OpenQuestion> | undefined = undefined
  seat: InlineSeat | undefined = undefined
  /** What is hung on it for debugging. */
  sys: TaskSys | undefined = undefined
  startedWaiter: Deferred<void> | undefined = undefined
  outcomeWaiter: Deferred<TaskOutcome> | undefined = undefined
  /** Called once after the terminal event: the supervisor's wire to its child. */
  onEnded: ((task: Task) => void) | undefined = undefined

  constructor(runner: RunnerCore, executor: Executor, origin: TaskOrigin) {
    this.runner = runner
    this.executor = executor
    this.origin = origin
  }

  get id(): TaskId {
    return this.origin.id
  }

  get definition(): AnyTaskDefinition {
    return this.origin.definition
  }

  get name(): string {
    return this.origin.name
  }

  get label(): string | undefined {
    return this.origin.label
  }

  get input(): unknown {
    return this.origin.input
  }

  get parent(): Task | undefined {
    return this.origin.parent
  }

  get parentNode(): NodeId | undefined {
    return this.origin.parentNode
  }

  get trace(): TraceIds {
    return this.origin.trace
  }

  get attempt(): number {
    return this.origin.attempt
  }

  get chain(): TaskId {
    return this.origin.chain
  }

  get options(): SpawnOptions {
    return this.origin.options
  }

  get timeoutMs(): number | undefined {
    return this.origin.timeoutMs
  }

  get ended(): boolean {
    return isTerminal(this.state)
  }

  writeLine(line: LogLine): void {
    this.runner.samples.line(this, line)
  }
}
