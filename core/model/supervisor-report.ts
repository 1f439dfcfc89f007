/**
 * What a supervisor reports, with OTP's names (https://www.erlang.org/doc/man/supervisor). `restarting` is ours: OTP
 * reports a restart only by the `progress` that follows it.
 */
import type { TaskId } from './identity.ts'

export interface SupervisorReport {
  readonly report: 'progress' | 'child_terminated' | 'restarting' | 'start_error' | 'shutdown_error' | 'shutdown'
  /** The id of the child specification: OTP's offender. */
  readonly child: string
  /** The attempt it is about, when the child is a task. */
  readonly task?: TaskId
  readonly restartType: 'permanent' | 'transient' | 'temporary'
  readonly reason?: string
  /** With `restarting`: every child that is started again, in order of their start. */
  readonly restarted?: readonly string[]
  /** With `restarting`: restarts left in the present window. */
  readonly left?: number
}
