import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lifecyclePath, stateOfStatus } from '../../../../core/mcp/eras/lifecycle-path.ts'
import { wireStatuses } from '../../../../core/mcp/eras/task-snapshot.ts'
import { isTerminal, type LifecycleState, lifecycleStates, whyForbidden } from '../../../../core/model/lifecycle.ts'

test('goes through states that no poll saw', () => {
  expect(lifecyclePath('pending', 'completed')).toEqual(['running', 'completed'])
  expect(lifecyclePath('input_required', 'completed')).toEqual(['running', 'completed'])
  expect(lifecyclePath('running', 'cancelled')).toEqual(['cancelling', 'cancelled'])
  expect(lifecyclePath('input_required', 'cancelled')).toEqual(['cancelling', 'cancelled'])
})

test('stays in cancelling while the peer still says that the task works', () => {
  expect(lifecyclePath('cancelling', 'running')).toEqual([])
})

test('only ever takes steps that the table allows, unless the task has ended', () => {
  fc.assert(
    fc.property(fc.constantFrom(...lifecycleStates), fc.array(fc.constantFrom(...wireStatuses)), (start, statuses) => {
      let state: LifecycleState = start
      for (const status of statuses) {
        for (const next of lifecyclePath(state, stateOfStatus(status) ?? state)) {
          if (isTerminal(state)) expect(whyForbidden(state, next)).toBeDefined()
          else {
            expect(whyForbidden(state, next)).toBeUndefined()
            state = next
          }
        }
      }
    }),
  )
})
