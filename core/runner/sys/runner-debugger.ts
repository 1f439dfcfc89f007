/** The debugging verbs of a task whose runner is in this process. */
import type { Actor } from '../../model/actor.ts'
import type { ControlName } from '../../model/control.ts'
import { noAnswerAfterMs } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { StateChange } from '../../model/state-change.ts'
import type { DebugHook, TaskLog, TaskStatistics, TaskStatus } from '../../model/task-debug.ts'
import { cancel } from '../cancellation.ts'
import { type ControlReply, promiseReply } from '../control-reply.ts'
import { endedText } from '../ended-text.ts'
import { errorInfo } from '../error-info.ts'
import type { Task } from '../task.ts'
import { SysRefused } from '../task-errors.ts'
import type { ControlResult } from '../task-handle.ts'
import { installFunction, installHook, removeHook } from './hooks.ts'
import { statisticsOf, statusOf } from './inspect.ts'
import { replaceState } from './replace-state.ts'
import type { StateFunction } from './state-access.ts'
import { clearDebug, logToFile, readLog, setLog, setTrace, stopFile, tellDebug } from './sys-controls.ts'
import type { FunctionHook, TaskDebugger } from './task-debugger.ts'

export class RunnerDebugger implements TaskDebugger {
  readonly #task: Task
  readonly #by: Actor

  constructor(task: Task, by: Actor) {
    this.#task = task
    this.#by = by
  }

  async getState(): Promise<unknown> {
    const task = this.#may('getState')
    const { remoteState } = task.executor
    if (remoteState !== undefined) return await this.#copyRemote(remoteState.copy(task))
    try {
      return structuredClone(task.liveState)
    } catch (thrown) {
      throw new SysRefused(`its state cannot be copied: ${errorInfo(thrown).message}`)
    }
  }

  replaceState(change: StateChange | StateFunction): Promise<ControlResult> {
    const task = this.#may('replaceState')
    const { remoteState, isolation } = task.executor
    if (remoteState !== undefined) {
      if (typeof change === 'function') {
        const reason = `a function cannot reach a state in a ${isolation} of its own: give the change as data`
        return Promise.resolve({ effective: false, reason })
      }
      return this.#within('it has not come to a checkpoint yet', (reply) =>
        remoteState.change(task, change, this.#by, reply),
      )
    }
    const wish = typeof change === 'function' ? { by: change } : change
    return this.#within('it has not come to a checkpoint yet', (reply) => replaceState(task, wish, this.#by, reply))
  }

  getStatus(): TaskStatus {
    return statusOf(this.#task)
  }

  statistics(): TaskStatistics {
    return statisticsOf(this.#task)
  }

  log(size?: number): TaskLog {
    if (size !== undefined) setLog(this.#may('log'), size)
    return readLog(this.#task)
  }

  logToFile(path: string | false): Promise<ControlResult> {
    const task = this.#may('logToFile')
    if (path !== false) return this.#within('the file has not been opened yet', (reply) => logToFile(task, path, reply))
    return Promise.resolve(stopFile(task) ? { effective: true } : { effective: false, reason: 'no file was open' })
  }

  trace(on: boolean): void {
    setTrace(this.#may('trace'), on)
  }

  install(hook: DebugHook | FunctionHook): void {
    const task = this.#may('install')
    if ('func' in hook) {
      if (task.executor.install !== undefined) {
        const place = `a ${task.executor.isolation} of its own`
        throw new SysRefused(
          `a function of this program cannot run in ${place}: export it from the module of the task, install it by name`,
        )
      }
      installFunction(task, hook.id, hook.func, hook.state)
    } else {
      const refusal = installHook(task, hook)
      if (refusal !== undefined) throw new SysRefused(refusal)
    }
    tellDebug(task)
  }

  remove(id: string): boolean {
    const removed = removeHook(this.#task, id)
    if (removed) tellDebug(this.#task)
    return removed
  }

  noDebug(): void {
    clearDebug(this.#task)
  }

  terminate(reason = 'terminated'): void {
    const task = this.#task
    task.runner.act(() => cancel(task, { cause: 'cancel', restarts: true, by: this.#by, reason }))
  }

  #may(verb: ControlName): Task {
    const task = this.#task
    if (task.ended) throw new SysRefused(endedText(task))
    const capability = task.executor.capabilities[verb]
    if (capability !== true) {
      throw new SysRefused(capability ?? `a task in a ${task.executor.isolation} of its own has no ${verb} here`)
    }
    return task
  }

  async #copyRemote(copy: Promise<unknown>): Promise<unknown> {
    const { timers } = this.#task.runner
    let stop: Dispose | undefined
    const late = new Promise<never>((_resolve, reject) => {
      const why = 'no answer within 5 s: its event loop has not turned'
      stop = timers.after(noAnswerAfterMs, () => reject(new SysRefused(why)))
    })
    try {
      return await Promise.race([copy, late])
    } finally {
      stop?.()
    }
  }

  /** The OTP `sys` limit: whoever asks never waits for ever. */
  #within(waiting: string, operation: (reply: ControlReply) => void): Promise<ControlResult> {
    const { runner } = this.#task
    return new Promise((resolve) => {
      const late = { effective: false, reason: `no answer within 5 s: ${waiting}` } as const
      const stop = runner.timers.after(noAnswerAfterMs, () => resolve(late))
      const reply = promiseReply((result) => {
        stop()
        resolve(result)
      })
      runner.act(() => operation(reply))
    })
  }
}
