import { describe, expect, it } from 'vitest'
import { createLoopMonitor } from '../../../../core/runner/host/loop-monitor.ts'

/** A clock that moves only when told, with timers that fire on the way. */
function harness() {
  let now = 0
  let timers: { readonly at: number; readonly callback: () => void }[] = []
  const reports: (number | undefined)[] = []
  let pings = 0
  const monitor = createLoopMonitor({
    clock: { now: () => now },
    timers: {
      after(delayMs, callback) {
        const timer = { at: now + delayMs, callback }
        timers.push(timer)
        return () => {
          timers = timers.filter((other) => other !== timer)
        }
      },
    },
    ping: () => void pings++,
    report: (blockedMs) => void reports.push(blockedMs),
  })
  return {
    monitor,
    reports,
    pings: () => pings,
    pass(ms: number) {
      const end = now + ms
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        timers = timers.filter((timer) => timer !== next)
        now = next.at
        next.callback()
      }
      now = end
    },
  }
}

describe('loop monitor', () => {
  it('says nothing while the loop answers', () => {
    const { monitor, reports, pass, pings } = harness()
    monitor.resume()
    for (let n = 0; n < 20; n++) {
      pass(250)
      monitor.pong()
    }
    expect(reports).toEqual([])
    expect(pings()).toBeGreaterThan(5)
  })

  it('tells a growing time while the loop stands still, and once that it goes on', () => {
    const { monitor, reports, pass } = harness()
    monitor.resume()
    pass(2000)
    expect(reports).toEqual([500, 1000, 1500])
    monitor.pong()
    monitor.pong()
    expect(reports).toEqual([500, 1000, 1500, undefined])
  })

  it('rests while the loop stands still on purpose', () => {
    const { monitor, reports, pass } = harness()
    monitor.resume()
    pass(1000)
    monitor.rest()
    pass(10_000)
    expect(reports).toEqual([500, undefined])
    monitor.resume()
    pass(1000)
    expect(reports).toEqual([500, undefined, 500])
  })
})
