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
