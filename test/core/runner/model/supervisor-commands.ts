/** The commands of the model test of supervisors: what may happen to them, and to the tasks that they keep. */
import fc from 'fast-check'
import { command, type ModelCommand } from './inline-commands.ts'

/** Which supervisor of the living process, the newest first, and which of its children. */
const where = { supervisor: fc.nat({ max: 3 }), child: fc.nat({ max: 2 }) }
const owner = fc.constantFrom('ann', 'bob')

const child = fc.record({
  restart: fc.constantFrom('permanent' as const, 'permanent' as const, 'transient' as const, 'temporary' as const),
  shutdown: fc.constantFrom('brutal_kill' as const, 1500, 4000, 'infinity' as const),
  stubborn: fc.nat({ max: 2 }).map((n) => n === 0),
  timeout: fc.nat({ max: 3 }).map((n) => n === 0),
})

export type OnTask = Extract<ModelCommand, { readonly task: number }>
const onTask = command.filter((each): each is OnTask => 'task' in each)

const on = <Do extends string>(word: Do) => fc.record({ do: fc.constant(word), ...where })

/**
 * What can happen. `onChild`: anything that may happen to a task, to the living attempt of a child, or `deep` to a
 * task that it has spawned; `crash`: the process of the host dies. A command that makes no sense in its moment does
 * nothing.
 */
export const supervisorCommand = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('supervise' as const),
      strategy: fc.constantFrom(
        'one_for_one' as const,
        'one_for_all' as const,
        'rest_for_one' as const,
        'simple_one_for_one' as const,
      ),
      intensity: fc.constantFrom(0, 1, 2, 5),
      children: fc.array(child, { minLength: 1, maxLength: 3, size: 'max' }),
      /** Which of its children is a supervisor itself, of one or two like it; a larger number says none. */
      nested: fc.nat({ max: 5 }),
      nestedStrategy: fc.constantFrom('one_for_one' as const, 'one_for_all' as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('onChild' as const), ...where, deep: fc.boolean(), command: onTask }),
  },
  /** Ends matter most here. */
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('endChild' as const),
      ...where,
      how: fc.constantFrom('threw' as const, 'threw' as const, 'returned' as const, 'exited' as const),
    }),
  },
  { weight: 2, arbitrary: on('add') },
  { weight: 2, arbitrary: on('cancelChild') },
  { weight: 2, arbitrary: on('terminate') },
  { weight: 2, arbitrary: on('terminateChild') },
  { weight: 3, arbitrary: on('retry') },
  { weight: 1, arbitrary: on('stop') },
  { weight: 1, arbitrary: on('restart') },
  { weight: 1, arbitrary: on('cancel') },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('suspend' as const), ...where, owner }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const), ...where, owner }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 6000 }) }) },
)

export type SupervisorCommand = typeof supervisorCommand extends fc.Arbitrary<infer Command> ? Command : never
