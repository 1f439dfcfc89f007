/**
 * Time as the core sees it. Nothing in the core reads a system clock or starts a timer by itself:
 * both are handed in, so tests run on a clock of their own and replay is exact.
 */
import type { Dispose } from './dispose.ts'

export interface Clock {
  /** Milliseconds since the Unix epoch, monotonic within this process, with a fraction. */
  now(): number
}

export interface Timers {
  /** Calls `callback` once after `delayMs` milliseconds unless disposed before. */
  after(delayMs: number, callback: () => void): Dispose
}
