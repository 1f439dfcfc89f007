/** A task's handle: reads the task, and asks for what may be asked. Promises are made only when somebody asks. */
import type { Actor } from '../model/actor.ts'
import { actorText } from '../model/actor.ts'
import type { TaskId } from '../model/identity.ts'
import type { InputAnswer } from '../model/input-question.ts'
import type { LifecycleState } from '../model/lifecycle.ts'
import type { TraceIds } from '../model/span.ts'
import { cancel } from './cancellation.ts'
import { type ControlReply, promiseReply } from './control-reply.ts'
import { Deferred } from './deferred.ts'
import { ignoreRejection } from './ignore-rejection.ts'
import { answer } from './questions.ts'
import { resume, step, suspend } from './suspension.ts'
import { RunnerDebugger } from './sys/runner-debugger.ts'
import type { TaskDebugger } from './sys/task-debugger.ts'
import type { Task } from './task.ts'
import { TaskNotStarted } from './task-errors.ts'
import type { ControlResult, TaskHandle, TaskOutcome } from './task-handle.ts'

/** Who asks through a handle, unless the caller says. */
const program: Actor = { kind: 'program' }

export class RunnerHandle<Result> implements TaskHandle<Result> {
  protected readonly task: Task

  constructor(task: Task) {
    this.task = task
  }

  get id(): TaskId {
    return this.task.id
  }

  get name(): string {
    return this.task.name
  }

  get state(): LifecycleState {
    return this.task.state
  }

  get trace(): TraceIds {
    return this.task.trace
  }

  get started(): Promise<void> {
    const { task } = this
    if (task.startedWaiter === undefined) {
      task.startedWaiter = new Deferred()
      // Whoever only asks for the outcome must not see an unhandled rejection of this one.
      task.startedWaiter.promise.catch(ignoreRejection)
      if (task.begun) task.startedWaiter.resolve()
      else if (task.ended) task.startedWaiter.reject(new TaskNotStarted(task.id, `it has ${task.state}`))
    }
    return task.startedWaiter.promise
  }

  get outcome(): Promise<TaskOutcome<Result>> {
    const { task } = this
    task.observed = true
    if (task.outcomeWaiter === undefined) {
      task.outcomeWaiter = new Deferred()
      if (task.result !== undefined) task.outcomeWaiter.resolve(task.result)
    }
    return task.outcomeWaiter.promise as Promise<TaskOutcome<Result>>
  }

  get final(): Promise<TaskOutcome<Result>> {
    const { outcome, task } = this
    if (task.definition.retry === undefined) return outcome
    return outcome.then((own) => (task.next === undefined ? own : new RunnerHandle<Result>(task.next).final))
  }

  get sys(): TaskDebugger {
    return new RunnerDebugger(this.task, program)
  }

  cancel(reason?: string, by: Actor = program): void {
    const { task } = this
    task.runner.act(() => cancel(task, { cause: 'cancel', by, reason: reason ?? `cancelled by ${actorText(by)}` }))
  }

  suspend(by: Actor = program): Promise<ControlResult> {
    return this.#ask((task, reply) => suspend(task, by, reply))
  }

  resume(by: Actor = program): Promise<ControlResult> {
    return this.#ask((task, reply) => resume(task, by, false, reply))
  }

  resumeAll(by: Actor = program): Promise<ControlResult> {
    return this.#ask((task, reply) => resume(task, by, true, reply))
  }

  step(by: Actor = program): Promise<ControlResult> {
    return this.#ask((task, reply) => step(task, by, reply))
  }

  answer(requestId: string, given: InputAnswer, by: Actor = program): Promise<ControlResult> {
    return this.#ask((task, reply) => answer(task, requestId, given, by, reply))
  }

  #ask(operation: (task: Task, reply: ControlReply) => void): Promise<ControlResult> {
    const { task } = this
    return new Promise((resolve) => {
      task.runner.act(() => operation(task, promiseReply(resolve)))
    })
  }
}
