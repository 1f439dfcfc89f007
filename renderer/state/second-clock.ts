/**
 * The one clock of the window: it ticks once a second, on the second, and only while somebody visible listens.
 * While it is held (Freeze view) it stands still, so no duration on screen moves.
 */
import type { Dispose } from '../../core/model/dispose.ts'

export interface SecondClock {
  /** Milliseconds since the Unix epoch at the last tick. */
  now(): number
  subscribe(listener: () => void): Dispose
  hold(at: number): void
  release(): void
}

export interface SecondClockOptions {
  readonly wall: () => number
  readonly after: (delayMs: number, callback: () => void) => Dispose
}

export function createSecondClock({ wall, after }: SecondClockOptions): SecondClock {
  const listeners = new Set<() => void>()
  let current = wall()
  let held = false
  let stop: Dispose | undefined

  function schedule(): void {
    stop = after(1000 - (wall() % 1000), () => {
      current = wall()
      for (const listener of listeners) listener()
      schedule()
    })
  }

  function update(): void {
    const wanted = listeners.size > 0 && !held
    if (wanted && stop === undefined) {
      current = wall()
      schedule()
    } else if (!wanted && stop !== undefined) {
      stop()
      stop = undefined
    }
  }

  return {
    now: () => current,
    subscribe(listener) {
      listeners.add(listener)
      update()
      return () => {
        listeners.delete(listener)
        update()
      }
    },
    hold(at) {
      held = true
      current = at
      update()
      for (const listener of listeners) listener()
    },
    release() {
      held = false
      current = wall()
      update()
      for (const listener of listeners) listener()
    },
  }
}
