/**
 * Notices from outside that an event loop stands still: a ping goes through the loop's own queue, and the time until
 * its answer is the time that the loop could do nothing else.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'

const pingEveryMs = 250
/** Shorter than this is busy, not blocked. */
const blockedAfterMs = 500
const reportEveryMs = 500

export interface LoopMonitor {
  /** The loop answered. */
  pong(): void
  /** Stops watching: the loop stands still on purpose. */
  rest(): void
  /** Watches (again). */
  resume(): void
}

export interface LoopMonitorOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly ping: () => void
  /** How long the loop has stood still so far; `undefined` once it goes on. */
  readonly report: (blockedMs: number | undefined) => void
}

export function createLoopMonitor({ clock, timers, ping, report }: LoopMonitorOptions): LoopMonitor {
  let askedAt: number | undefined
  let reported: number | undefined
  let timer: Dispose | undefined

  const clear = (): void => {
    askedAt = undefined
    if (reported === undefined) return
    reported = undefined
    report(undefined)
  }
  const look = (): void => {
    timer = timers.after(pingEveryMs, look)
    const now = clock.now()
    if (askedAt === undefined) {
      askedAt = now
      ping()
      return
    }
    const blockedMs = now - askedAt
    if (blockedMs < blockedAfterMs || (reported !== undefined && blockedMs - reported < reportEveryMs)) return
    reported = blockedMs
    report(Math.round(blockedMs))
  }
  return {
    pong: clear,
    rest() {
      timer?.()
      timer = undefined
      clear()
    },
    resume() {
      timer ??= timers.after(pingEveryMs, look)
    },
  }
}
