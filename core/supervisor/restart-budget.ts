/** How often a supervisor may still restart: a sliding window, after OTP's intensity and period. */
import type { Clock } from '../model/clock.ts'

export interface RestartBudget {
  /** Counts one restart; `false` when it is one too many. */
  spend(): boolean
  /** Restarts left in the present window. */
  left(): number
  /** Milliseconds until the oldest counted restart leaves the window; `undefined` when none is counted. */
  refillsIn(): number | undefined
}

export function createRestartBudget(intensity: number, periodMs: number, clock: Clock): RestartBudget {
  let restarts: number[] = []
  function forgetOld(): void {
    const since = clock.now() - periodMs
    restarts = restarts.filter((at) => at > since)
  }
  return {
    spend() {
      forgetOld()
      restarts.push(clock.now())
      return restarts.length <= intensity
    },
    left() {
      forgetOld()
      return Math.max(0, intensity - restarts.length)
    },
    refillsIn() {
      forgetOld()
      const oldest = restarts[0]
      return oldest === undefined ? undefined : Math.max(0, oldest + periodMs - clock.now())
    },
  }
}
