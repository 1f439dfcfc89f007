/** What the main thread of a host and its watchdog worker say to each other; both are our own code of one build. */
import type { MessagePort } from 'node:worker_threads'
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { EarlierTask } from '../earlier-task.ts'
import type { CellTold } from './link-messages.ts'

/** Under which name the watchdog finds the way into a main thread whose event loop does not turn. */
export const visitHook = 'taskscope.visit'

export interface WatchdogData {
  /** Its way to the main thread and back. */
  readonly port: MessagePort
  readonly address: string
  readonly token: string
  readonly shared: SharedArrayBuffer
}

/** Main thread to watchdog. */
export type ToWatchdog =
  /** A message for the owner, encoded already. */
  | { readonly type: 'line'; readonly line: string }
  | { readonly type: 'pong' }
  /** Everything so far is to reach the owner; then the shared state says so. */
  | { readonly type: 'flush' }

/** Watchdog to main thread. */
export type FromWatchdog =
  | { readonly type: 'ping' }
  /** To be answered in a turn of the event loop, in the shared state. */
  | { readonly type: 'turn'; readonly question: number }
  | { readonly type: 'load'; readonly url: string; readonly breakpoints: readonly Breakpoint[] }
  | { readonly type: 'control'; readonly request: ControlRequest; readonly earlier?: EarlierTask }
  | { readonly type: 'credit' }
  | { readonly type: 'cellTold'; readonly cell: number; readonly told: CellTold }
  | { readonly type: 'close'; readonly reason: string }
  /** The owner is gone; nobody would see what happens here any more. */
  | { readonly type: 'orphaned' }
