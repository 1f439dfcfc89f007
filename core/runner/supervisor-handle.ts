/** What the one who started a supervisor holds of it. */
import type { NodeId } from '../model/identity.ts'
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
  /** Stops a child and does not start it again (OTP's `terminate_child`). */
  terminateChild(id: string): Promise<ControlResult>
  /** Starts a child that has ended (OTP's `restart_child`). */
  restartChild(id: string): Promise<ControlResult>
  /** Stops the children in reverse order. */
  stop(reason?: string): Promise<void>
}
