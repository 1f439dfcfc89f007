/** The commands of the model test: what code, people, time and the host's process may do to a few tasks. */
import fc from 'fast-check'

/** Mostly the same few tasks, so that commands meet each other. */
const pick = fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.nat({ max: 9 }) })
const owner = fc.constantFrom('ann', 'bob')

/**
 * What can happen. `forget`: a promise is rejected and nobody handles it; `crash`: the process of the host dies; a
 * `marked` checkpoint has a breakpoint on it. `task` picks among those that exist; a command that makes no sense in its moment
 * does nothing.
 */
export const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      stubborn: fc.boolean(),
      timeout: fc.boolean(),
      held: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('spawn' as const),
      task: pick,
      stubborn: fc.boolean(),
      awaits: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('progress' as const),
      task: pick,
      current: fc.integer({ min: -5, max: 20 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('checkpoint' as const), task: pick, marked: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('sleep' as const), task: pick, ms: fc.integer({ min: 1, max: 3000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ask' as const), task: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), task: pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      task: pick,
      how: fc.constantFrom('returned' as const, 'threw' as const, 'exited' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sideThrow' as const), task: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forget' as const), task: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), task: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('suspend' as const), task: pick, owner }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resume' as const), task: pick, owner }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resumeAll' as const), task: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('step' as const), task: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), task: pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 6000 }) }) },
)

export type ModelCommand = typeof command extends fc.Arbitrary<infer Command> ? Command : never
