/**
 * A cell is a place of its own in which the code of one task runs: a worker thread or a process. This is the port
 * between the executor, which knows tasks, and the ways to make, stop and end such a place, which know none.
 */
import type { Timers } from '../../model/clock.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import type { StackFrame } from '../../model/stack.ts'
import type { FromCell, ToCell } from './cell-messages.ts'

export interface CellLaunch {
  /** For lists of threads and processes. */
  readonly name: string
  /** Limit of the JavaScript heap, MB. */
  readonly memoryMb: number | undefined
  /** URL of the module that exports the task, as far as its definition knows. */
  readonly module: string | undefined
}

/** Why a cell is gone. */
export interface CellEnd {
  /** As read after "its": "thread ended with code 3". */
  readonly text: string
  /** The limit of its heap was reached. */
  readonly outOfMemory?: boolean
  readonly error?: ErrorInfo
}

export interface CellListener {
  message(message: FromCell): void
  /**
   * All its code stands still. Without a stack nothing is known of where; an empty one means that no code was running,
   * and none will run unseen.
   */
  stopped(stack: readonly StackFrame[] | undefined): void
  /** Called once, after the last message. */
  ended(end: CellEnd): void
}

/** How a cell whose code stands still is let go. */
export type CellStep = 'run' | 'statement'

export interface Cell {
  /** Throws a `DataCloneError` for what cannot be cloned. What a cell is sent while it stands still it reads later. */
  send(message: ToCell): void
  /**
   * Has a cell that stands still act on a message at once, without letting its own code run. Gives `false` where that
   * cannot be done; the message has not been sent then. `done` is called when it has been acted on, where that is known.
   */
  sendStopped(message: ToCell, done?: () => void): boolean
  /** Stops its code wherever it is; told through `stopped`. A second call while that is under way does nothing. */
  stop(): void
  /** Lets it go on, or takes a stop back that has not been told. With `statement` it stops again at the next one. */
  go(step?: CellStep): void
  /** Ends it, so that its last words may still be heard where that is possible; certain after a moment. */
  end(): void
  /** Ends it at once. */
  kill(): void
}

export interface CellFactory {
  /** At most so many at a time; the others wait. */
  readonly most: number
  /** Whether a step may end at the next statement. */
  readonly holdsBy: 'debugger' | 'signal'
  /** What it is called in sentences. */
  readonly word: 'thread' | 'process'
  /** For the clocks of its tasks, where those shall also run while the event loop does not turn. */
  readonly timers?: Timers
  /** Returns at once; a cell that cannot be made tells so through `ended`. */
  start(launch: CellLaunch, listener: CellListener): Cell
  /** Resolves when nothing of it is left. All its cells have ended or been told to. */
  close(): Promise<void>
}
