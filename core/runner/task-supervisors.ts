/** Supervisors of a runner's tasks. */
import type { ControlRequest } from '../model/control.ts'
import type { NodeId } from '../model/identity.ts'
import type { ControlReply } from './control-reply.ts'
import type { SupervisorDefinition } from './define-supervisor.ts'
import type { RunnerCore } from './runner-core.ts'
import type { SupervisorHandle } from './supervisor-handle.ts'

export interface TaskSupervisors {
  start(definition: SupervisorDefinition, parent: NodeId | undefined): SupervisorHandle
  /** Takes a control for one of its supervisors; `false` when the target is none. */
  control(id: NodeId, request: ControlRequest, reply: ControlReply): boolean
  close(reason: string): Promise<void>
}

export function createTaskSupervisors(_core: RunnerCore): TaskSupervisors {
  return {
    start(definition) {
      throw new Error(`cannot start ${definition.name} yet`)
    },
    control: () => false,
    close: async () => {},
  }
}
