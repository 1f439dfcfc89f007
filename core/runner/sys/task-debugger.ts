/** The debugging verbs of one task for programs, after OTP's `sys` module (https://www.erlang.org/doc/man/sys). */
import type { StateChange } from '../../model/state-change.ts'
import type { DebugHook, TaskLog, TaskStatistics, TaskStatus } from '../../model/task-debug.ts'
import type { ControlResult } from '../task-handle.ts'
import type { DebugFunction } from './debug-function.ts'
import type { StateFunction } from './state-access.ts'

/** A debug function of the program itself. */
export interface FunctionHook {
  readonly id: string
  readonly func: DebugFunction
  /** What `func` is given as its first argument with the first event. */
  readonly state?: unknown
}

/**
 * What can be asked of a living task and hung on it. Nothing here waits for the task's code, except `replaceState`, and
 * that for at most 5 s. What cannot be done throws or rejects with `SysRefused`, or resolves as not effective.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createRunner, defineTask } from 'taskscope'
 *
 * const count = defineTask({
 *   name: 'count',
 *   state: () => ({ pages: 0 }),
 *   run: async (ctx) => {
 *     while (ctx.state.pages < 100) {
 *       ctx.state.pages += 1
 *       await ctx.sleep(5)
 *     }
 *     return ctx.state.pages
 *   },
 * })
 *
 * const runner = createRunner()
 * const handle = await runner.start(count)
 * await handle.sys.replaceState({ patch: { pages: 99 } })
 * assert.deepEqual(await handle.sys.getState(), { pages: 99 })
 * assert.equal(handle.sys.statistics().checkpoints, 1)
 * assert.deepEqual(await handle.outcome, { status: 'completed', value: 100 })
 * await runner.close('done')
 * ```
 */
export interface TaskDebugger {
  /** A copy of the live state as it is now. Rejects with `SysRefused` when it holds what cannot be copied. */
  getState(): Promise<unknown>
  /**
   * Changes the live state: at once where the code stands still, else at its next checkpoint. A function gets the state
   * and gives the next one; when it, or a setter of the state, throws, the state stays as it was and the result says so.
   * After 5 s it resolves as not effective; the change then still waits for the checkpoint.
   */
  replaceState(change: StateChange | StateFunction): Promise<ControlResult>
  getStatus(): TaskStatus
  statistics(): TaskStatistics
  /** With a size: keeps so many of the newest events, at most 1000, none with 0. Gives what is kept. */
  log(size?: number): TaskLog
  /** Appends every event as one JSON line to a file, until the task ends or this is called with `false`. */
  logToFile(path: string | false): Promise<ControlResult>
  /** Events of this task are not folded while it is on. */
  trace(on: boolean): void
  /** Hangs a debug function on the task: one of the built-in kinds, or a function. Throws `SysRefused`. */
  install(hook: DebugHook | FunctionHook): void
  /** `false` when none of that id is installed. */
  remove(id: string): boolean
  /** Takes off trace, log, file and debug functions. */
  noDebug(): void
  /**
   * Ends the task with a reason after it has unwound. Its supervisor restarts it as its restart type says, unless the
   * reason is `normal` or `shutdown`.
   */
  terminate(reason?: string): void
}
