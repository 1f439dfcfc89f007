/** Every supervisor of a runner, by its node's id: nested ones carry their parent's id before their own. */
import type { ControlRequest } from '../model/control.ts'
import { type NodeId, nodeId } from '../model/identity.ts'
import type { ControlReply } from './control-reply.ts'
import type { SupervisorDefinition } from './define-supervisor.ts'
import type { RunnerCore } from './runner-core.ts'
import type { SupervisorHandle } from './supervisor-handle.ts'
import { SupervisorNode } from './supervisor-node.ts'
import { TaskRefused } from './task-errors.ts'

export interface TaskSupervisors {
  start(definition: SupervisorDefinition, parent: NodeId | undefined): SupervisorHandle
  /** Takes a control for one of its supervisors; `false` when the target is none. */
  control(id: NodeId, request: ControlRequest, reply: ControlReply): boolean
  has(id: NodeId): boolean
  /** Stops all of them, the last started first. */
  close(reason: string): Promise<void>
}

export function createTaskSupervisors(runner: RunnerCore): TaskSupervisors {
  const nodes = new Map<NodeId, SupervisorNode>()

  function open(
    definition: SupervisorDefinition,
    parent: NodeId | undefined,
    owner: SupervisorNode | undefined,
  ): SupervisorNode {
    if (runner.closed) throw new TaskRefused('the runner is closed')
    const id = nodeId(owner === undefined ? definition.name : `${owner.id}/${definition.name}`)
    const present = nodes.get(id)
    if (runner.live.has(id) || (present !== undefined && !present.over)) {
      throw new TaskRefused(`a node ${id} exists already`)
    }
    const node = new SupervisorNode({
      runner,
      id,
      definition,
      parent,
      owner,
      open: (child, by) => open(child, by.id, by),
    })
    // Taken out first, so that the order of the map is the order of the starts.
    nodes.delete(id)
    nodes.set(id, node)
    node.open()
    return node
  }

  return {
    start: (definition, parent) => open(definition, parent, undefined),
    has: (id) => nodes.has(id),
    control(id, request, reply) {
      const node = nodes.get(id)
      if (node === undefined) return false
      node.control(request, reply, () => open(node.definition, node.parent, undefined))
      return true
    },
    async close(reason) {
      const owned = [...nodes.values()].filter((node) => node.owner === undefined)
      for (const node of owned.reverse()) await node.stop(reason)
    },
  }
}
