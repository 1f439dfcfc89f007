/** What the one who started a supervisor holds of it. */
import type { NodeId } from '../model/identity.ts'
import type { ChildStatus } from '../supervisor/supervisor-port.ts'
import type { ControlResult, TaskHandle } from './task-handle.ts'

export interface SupervisorHandle {
  readonly id: NodeId
  readonly name: string
  /** Resolves when all children have been started in order; rejects when one could not be. */
  readonly started: Promise<void>
  /** How it came to its end, in a few words. Never rejects. */
  readonly ended: Promise<string>
  /** The living attempt of a child. */
  child(id: string): TaskHandle | SupervisorHandle | undefined
  /** Every child, in order of their start (OTP's `which_children`). */
  children(): readonly ChildStatus[]
  /**
   * With `simple_one_for_one`: starts one more child of the template with an input of its own (OTP's `start_child`). Its
   * id is made when none is given. Rejects with `TaskRefused`.
   */
  startChild(input?: unknown, options?: { readonly id?: string }): Promise<TaskHandle | SupervisorHandle>
  /** Stops a child and does not start it again (OTP's `terminate_child`). */
  terminateChild(id: string): Promise<ControlResult>
  /** Starts a child that has ended (OTP's `restart_child`). */
  restartChild(id: string): Promise<ControlResult>
  /** Stops the children in reverse order. */
  stop(reason?: string): Promise<void>
}
