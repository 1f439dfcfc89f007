import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  failureKinds,
  isTerminal,
  type LifecycleState,
  lifecycleStates,
  whyForbidden,
} from '../../../core/model/lifecycle.ts'

/** The table as a person would write it down, kept apart from the code that answers it. */
const allowed: Readonly<Record<LifecycleState, string>> = {
  pending: 'running suspended cancelled failed',
  running: 'suspended input_required cancelling completed failed',
  input_required: 'running suspended cancelling failed',
  suspended: 'pending running input_required cancelling failed',
  cancelling: 'cancelled completed failed',
  completed: '',
  failed: '',
  cancelled: '',
}

describe('lifecycle', () => {
  it.each(lifecycleStates)('from %s goes where the table says and nowhere else', (from) => {
    const reachable = lifecycleStates.filter((to) => whyForbidden(from, to) === undefined)
    expect(reachable.sort()).toEqual(allowed[from].split(' ').filter(Boolean).sort())
  })

  it('has no way out of an ended state, whatever the facts', () => {
    const state = fc.constantFrom(...lifecycleStates)
    fc.assert(
      fc.property(state, state, fc.constantFrom(...failureKinds), state, (from, to, failure, heldFrom) => {
        if (isTerminal(from))
          expect(whyForbidden(from, to, { failure, heldFrom })).toBe(`${from} is final, ${to} cannot follow it`)
      }),
    )
  })

  it('resumes only to the state that was held', () => {
    expect(whyForbidden('suspended', 'running', { heldFrom: 'running' })).toBeUndefined()
    expect(whyForbidden('suspended', 'running', { heldFrom: 'pending' })).toMatch('resumes to pending')
    expect(whyForbidden('suspended', 'cancelling', { heldFrom: 'pending' })).toBeUndefined()
  })

  it('lets a task that never ran, or is held, fail only for what can happen to it there', () => {
    const kinds = (from: LifecycleState) =>
      failureKinds.filter((failure) => whyForbidden(from, 'failed', { failure }) === undefined)
    expect(kinds('pending')).toEqual(['error', 'exit', 'timeout', 'orphaned', 'lost'])
    expect(kinds('suspended')).toEqual(['exit', 'killed', 'orphaned', 'lost'])
    expect(kinds('running')).toEqual([...failureKinds])
  })
})
