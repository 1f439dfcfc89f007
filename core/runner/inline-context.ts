/** The context that an inline task's function is called with. One small object per task; all work is done elsewhere. */
import type { Span } from '@opentelemetry/api'
import { briefDuration } from '../model/duration.ts'
import type { TaskId } from '../model/identity.ts'
import type { InputAnswer } from '../model/input-question.ts'
import type { Runnable, SpawnOptions } from './define-task.ts'
import { formatLine, longestLabel } from './format-value.ts'
import { isHeld } from './holding.ts'
import { ignoreRejection } from './ignore-rejection.ts'
import type { InlineExecutor } from './inline-executor.ts'
import { seatOf } from './inline-seat.ts'
import { openQuestion } from './questions.ts'
import { spanOf } from './span-activation.ts'
import { spawnChild } from './spawning.ts'
import { stand } from './suspension.ts'
import { atCheckpoint } from './sys/at-checkpoint.ts'
import type { Task } from './task.ts'
import type { InputRequest, LogLevel, ProgressUpdate, TaskContext } from './task-context.ts'
import { TaskExit, TaskRefused } from './task-errors.ts'
import type { ChildHandle } from './task-handle.ts'

export class InlineContext implements TaskContext<unknown, Record<string, unknown>> {
  readonly #task: Task
  readonly #executor: InlineExecutor

  constructor(task: Task, executor: InlineExecutor) {
    this.#task = task
    this.#executor = executor
  }

  get id(): TaskId {
    return this.#task.id
  }

  get input(): unknown {
    return this.#task.input
  }

  get signal(): AbortSignal {
    const seat = seatOf(this.#task)
    if (seat.controller === undefined) {
      seat.controller = new AbortController()
      if (this.#task.cancellation !== undefined) seat.controller.abort(this.#task.cancellation.error)
    }
    return seat.controller.signal
  }

  get state(): Record<string, unknown> {
    this.#task.liveState ??= {}
    return this.#task.liveState as Record<string, unknown>
  }

  get span(): Span {
    return spanOf(this.#task.trace)
  }

  progress(update: ProgressUpdate): void {
    const task = this.#task
    if (task.result === undefined) task.runner.samples.progress(task, update)
    else this.#afterEnd(`progress ${update.current}`)
  }

  checkpoint(given = 'checkpoint'): Promise<void> {
    const task = this.#task
    const label = formatLine(given, longestLabel)
    const fault = this.#arrive(label)
    return fault === undefined ? this.#executor.checkpoint(task, label) : rejected(fault)
  }

  sleep(ms: number): Promise<void> {
    const task = this.#task
    const label = `sleep ${briefDuration(ms)}`
    const fault = this.#arrive(label)
    if (fault !== undefined) return rejected(fault)
    return this.#executor.standing(task, label, (point) => {
      point.clock = task.runner.timers.after(ms, () => this.#executor.ready(task, point))
      if (isHeld(task)) stand(task, label)
    })
  }

  spawn<ChildInput, Result>(
    child: Runnable<ChildInput, Result>,
    input?: ChildInput,
    options: SpawnOptions = {},
  ): ChildHandle<Result> {
    const refusal = this.#refusal('spawn')
    if (refusal !== undefined) throw refusal
    this.#debugPoint(`spawn ${options.name ?? child.name}`)
    return spawnChild(this.#task, child, input, options, this.#executor)
  }

  async requestInput(request: InputRequest): Promise<InputAnswer> {
    const task = this.#task
    const executor = this.#executor
    this.#assertOpen('requestInput')
    this.#debugPoint('its next question')
    if (isHeld(task)) await executor.arrive(task, 'its next question')
    this.#assertOpen('requestInput')
    let answer: InputAnswer | undefined
    let failure: Error = new TaskRefused('the question was withdrawn')
    await executor.standing(task, 'its question', (point) => {
      openQuestion(
        task,
        request,
        (given) => {
          answer = given
          executor.ready(task, point)
        },
        (error) => {
          failure = error
          executor.ready(task, point)
        },
      )
    })
    if (answer === undefined) throw failure
    return answer
  }

  log(text: unknown, level: LogLevel = 'info'): void {
    const task = this.#task
    task.runner.samples.line(task, { stream: 'log', level, text: formatLine(text) })
    if (task.result !== undefined) this.#afterEnd('a log line')
  }

  exit(reason?: unknown): never {
    const exit = new TaskExit(reason)
    this.#task.exit ??= exit
    throw exit
  }

  /** A checkpoint without a sample of its own. */
  #debugPoint(label: string): void {
    this.#task.runner.samples.unsampled()
    const fault = this.#task.sys === undefined ? undefined : atCheckpoint(this.#task, label)
    if (fault !== undefined) throw fault
  }

  #assertOpen(what: string): void {
    const refusal = this.#refusal(what)
    if (refusal !== undefined) throw refusal
  }

  /** The code has come to a place where it may wait. @returns why it may not go on from there, if so */
  #arrive(label: string): Error | undefined {
    const task = this.#task
    const refusal = this.#refusal(label)
    if (refusal !== undefined) return refusal
    task.runner.samples.checkpoint(task, label)
    return task.sys === undefined ? undefined : atCheckpoint(task, label)
  }

  /** Why the code may not wait or spawn here any more. */
  #refusal(what: string): Error | undefined {
    const task = this.#task
    if (task.cancellation === undefined && task.settlement === undefined) return undefined
    if (task.result !== undefined) this.#afterEnd(what)
    return task.cancellation?.error ?? new TaskRefused(`the function of task ${task.id} has ended`)
  }

  #afterEnd(what: string): void {
    const task = this.#task
    if (task.abandoned) {
      task.runner.samples.sign(task, what)
      return
    }
    if (task.toldMisuse) return
    task.toldMisuse = true
    task.runner.emit({
      kind: 'finding',
      finding: {
        rule: 'context-used-after-end',
        severity: 'warning',
        node: task.id,
        text: `${task.name} has ended, but code that it left running still uses its context (${what})`,
      },
    })
  }
}

function rejected(reason: Error): Promise<never> {
  const promise = Promise.reject(reason)
  promise.catch(ignoreRejection)
  return promise
}
