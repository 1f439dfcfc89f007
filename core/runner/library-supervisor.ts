/** A supervisor as a library: one call from child specifications to running children. */
import {
  defineSupervisor,
  isSupervisorDefinition,
  type SupervisorDefinition,
  type SupervisorOptions,
} from './define-supervisor.ts'
import { createRunner } from './library-runner.ts'
import type { SupervisorHandle } from './supervisor-handle.ts'
import type { TaskRunner } from './task-runner.ts'

/**
 * Starts a supervisor and its children, in order.
 * @param definition child specifications, or what `defineSupervisor` made of them
 * @param runner where the children run; without it, a runner of their own that closes when the supervisor has ended
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createRunner, createSupervisor, defineTask } from 'taskscope'
 *
 * let attempts = 0
 * const flaky = defineTask({
 *   name: 'flaky',
 *   run: async () => {
 *     attempts += 1
 *     if (attempts < 3) throw new Error('not yet')
 *   },
 * })
 *
 * const runner = createRunner()
 * const supervisor = createSupervisor(
 *   {
 *     name: 'keeper',
 *     strategy: 'one_for_one',
 *     intensity: 5,
 *     periodMs: 1000,
 *     children: [{ id: 'flaky', task: flaky, restart: 'transient' }],
 *   },
 *   runner,
 * )
 * await new Promise<void>((resolve) => {
 *   runner.onEvent((event) => event.kind === 'task.state' && event.to === 'completed' && resolve())
 * })
 * assert.equal(attempts, 3)
 * await supervisor.stop()
 * await runner.close('done')
 * ```
 */
export function createSupervisor(
  definition: SupervisorDefinition | SupervisorOptions,
  runner?: TaskRunner,
): SupervisorHandle {
  const own = runner ?? createRunner({ name: definition.name })
  const handle = own.supervise(isSupervisorDefinition(definition) ? definition : defineSupervisor(definition))
  if (runner === undefined) void handle.ended.then((reason) => own.close(reason))
  return handle
}
