/** Where the code of an inline task stands inside the runner: at checkpoints, asleep, asking. Made on first use. */
import type { Dispose } from '../model/dispose.ts'
import type { Task } from './task.ts'

/** One call that the task's code awaits. */
export interface StandingPoint {
  readonly label: string
  /** Its own reason to wait is over; only a hold keeps it. */
  ready: boolean
  /** Lets the code go on. */
  readonly goOn: () => void
  readonly reject: (reason: Error) => void
  /** Its clock, if it has one. */
  clock: Dispose | undefined
}

export interface InlineSeat {
  readonly points: StandingPoint[]
  /** How often the code has waited here. */
  waits: number
  controller: AbortController | undefined
}

export function seatOf(task: Task): InlineSeat {
  task.seat ??= { points: [], waits: 0, controller: undefined }
  return task.seat
}
