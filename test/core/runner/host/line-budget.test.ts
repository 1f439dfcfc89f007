import { describe, expect, it } from 'vitest'
import { createLineBudget } from '../../../../core/runner/host/line-budget.ts'

describe('line budget', () => {
  it('lets a burst through up to its limit, and tells with the next line how many were dropped', () => {
    let now = 0
    const budget = createLineBudget({ now: () => now }, 3)
    const taken = Array.from({ length: 5 }, () => budget.take().pass)
    expect(taken).toEqual([true, true, true, false, false])
    now = 1000
    expect(budget.take()).toEqual({ pass: true, dropped: 2 })
    expect(budget.take()).toEqual({ pass: true, dropped: 0 })
  })

  it('tells a count that no later line carries only once', () => {
    const budget = createLineBudget({ now: () => 0 }, 1)
    budget.take()
    budget.take()
    expect(budget.dropped()).toBe(1)
    expect(budget.dropped()).toBe(0)
  })
})
