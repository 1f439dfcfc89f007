import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StateInterval } from '../../../core/model/detail.ts'
import { isTerminal, type LifecycleState, lifecycleStates, whyForbidden } from '../../../core/model/lifecycle.ts'
import { created, createScene, keyOf, transition } from './scene.ts'

interface Walk {
  readonly why: boolean
  readonly steps: readonly { readonly to: LifecycleState; readonly wait: number; readonly by: boolean }[]
}

const walk: fc.Arbitrary<Walk> = fc.record({
  why: fc.boolean(),
  steps: fc.array(
    fc.record({
      to: fc.constantFrom(...lifecycleStates),
      // Clocks of peers may go back.
      wait: fc.integer({ min: -2, max: 5 }),
      by: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
})

describe('stays of a task', () => {
  it('tile its life, whether they are listed or follow from when it was created, started and ended', () => {
    fc.assert(
      fc.property(walk, ({ why, steps }) => {
        const { registry, emit } = createScene()
        let at = 1000
        emit(created('a', why ? { why: { text: 'held' } } : {}), at)
        let present: StateInterval = { state: 'pending', from: at, ...(why && { why: { text: 'held' } }) }
        const over: StateInterval[] = []
        for (const { to, wait, by } of steps) {
          const facts = present.state === 'suspended' ? { heldFrom: over.at(-1)?.state ?? 'pending' } : {}
          if (whyForbidden(present.state, to, facts) !== undefined) continue
          at += wait
          emit(transition('a', present.state, to, by ? { by: { kind: 'person' } } : {}), at)
          over.push({ ...present, to: Math.max(at, present.from) })
          present = { state: to, from: at }
          if (by && to !== 'running') present = { ...present, why: { text: 'by you' }, by: { kind: 'person' } }
        }
        const expected = isTerminal(present.state) ? over : [...over, present]
        expect(registry.lane(keyOf('a'))?.intervals).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})
