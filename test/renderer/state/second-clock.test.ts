import { describe, expect, it } from 'vitest'
import { createSecondClock } from '../../../renderer/state/second-clock.ts'

function rig() {
  let now = 10_400
  const timers = new Set<{ at: number; callback: () => void }>()
  const clock = createSecondClock({
    wall: () => now,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  })
  return {
    clock,
    timers,
    to(at: number) {
      now = at
      for (const timer of [...timers]) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.callback()
      }
    },
  }
}

describe('the clock of the window', () => {
  it('runs only while somebody listens', () => {
    const { clock, timers } = rig()
    expect(timers.size).toBe(0)
    const stop = clock.subscribe(() => undefined)
    expect(timers.size).toBe(1)
    stop()
    expect(timers.size).toBe(0)
  })

  it('ticks on the second', () => {
    const { clock, to } = rig()
    const ticks: number[] = []
    const stop = clock.subscribe(() => ticks.push(clock.now()))
    to(10_999)
    to(11_000)
    to(12_000)
    stop()
    expect(ticks).toEqual([11_000, 12_000])
  })

  it('stands still while the view is frozen, and goes on at once afterwards', () => {
    const { clock, timers, to } = rig()
    const stop = clock.subscribe(() => undefined)
    clock.hold(10_500)
    expect(timers.size).toBe(0)
    to(15_000)
    expect(clock.now()).toBe(10_500)
    clock.release()
    expect(clock.now()).toBe(15_000)
    stop()
    expect(timers.size).toBe(0)
  })
})
