/** What may happen to a few tasks in places of their own, and to the host that has them. */
import fc from 'fast-check'

const pick = fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 1 }) }, { weight: 1, arbitrary: fc.nat({ max: 5 }) })
const owner = fc.constantFrom('ann', 'bob')
const on = <Do extends string>(word: Do) => fc.record({ do: fc.constant(word), task: pick })
const mostlyNot = fc.nat({ max: 3 }).map((n) => n === 0)

/**
 * `spin`: the code never turns its event loop for a while; `forget`: a promise is rejected and nobody handles it;
 * `quit` and `uncaught`: the code ends its own place; `race`: the code returns just when it is killed; `crash`: the
 * host dies. A command that makes no sense in its moment does nothing.
 */
export const placeCommand = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('submit' as const), stubborn: mostlyNot }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('spawn' as const),
      task: pick,
      stubborn: mostlyNot,
      awaits: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('progress' as const), task: pick, current: fc.nat({ max: 20 }) }),
  },
  { weight: 6, arbitrary: on('checkpoint') },
  { weight: 1, arbitrary: on('sleep') },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('spin' as const), task: pick, ms: fc.nat({ max: 25 }) }) },
  { weight: 2, arbitrary: on('ask') },
  { weight: 2, arbitrary: on('answer') },
  { weight: 2, arbitrary: on('forget') },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      task: pick,
      how: fc.constantFrom('returned' as const, 'threw' as const, 'exited' as const),
    }),
  },
  { weight: 1, arbitrary: on(`quit`) },
  { weight: 1, arbitrary: on('uncaught') },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('suspend' as const), task: pick, owner }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('resume' as const), task: pick, owner }) },
  { weight: 4, arbitrary: on('resumeAll') },
  { weight: 8, arbitrary: on('step') },
  { weight: 3, arbitrary: on('cancel') },
  { weight: 1, arbitrary: on('kill') },
  { weight: 1, arbitrary: on('race') },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
)

export type PlaceCommand = typeof placeCommand extends fc.Arbitrary<infer Command> ? Command : never
export type OnTask = Exclude<PlaceCommand, { readonly do: 'submit' | 'crash' }>
