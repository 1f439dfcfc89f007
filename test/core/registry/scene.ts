import type { ControlRequest, ControlVerb } from '../../../core/model/control.ts'
import type { TaskCreated, TaskEventBody, TaskTransition } from '../../../core/model/event.ts'
import { controlId, type NodeKey, nodeId, nodeKey, type SourceId, sourceId } from '../../../core/model/identity.ts'
import type { Outcome } from '../../../core/model/outcome.ts'
import type { TaskRow } from '../../../core/model/row.ts'
import { isTaskRow } from '../../../core/model/row.ts'
import { createEmit, type Emit } from '../../../core/model/stamp.ts'
import { createRegistry, type Registry, type RegistryOptions } from '../../../core/registry/registry.ts'
import { createFakeTime, type FakeTime } from '../../support/fake-time.ts'

/** A registry with one source `s` whose clock the test moves. */
export interface Scene {
  readonly registry: Registry
  readonly time: FakeTime
  readonly emit: Emit
  /** Creates the task and lets it run. */
  run(id: string, facts?: Partial<TaskCreated>): void
  task(id: string): TaskRow
}

export const source: SourceId = sourceId('s')

export function keyOf(id: string): NodeKey {
  return nodeKey(source, nodeId(id))
}

export function createScene(options: RegistryOptions = {}): Scene {
  const registry = createRegistry(options)
  const time = createFakeTime(1000)
  const emit = createEmit(source, time, (event) => registry.apply(event))
  return {
    registry,
    time,
    emit,
    run(id, facts) {
      emit(created(id, facts))
      emit(transition(id, 'pending', 'running'))
    },
    task: (id) => taskRow(registry, keyOf(id)),
  }
}

/** The row of a task that must be there. */
export function taskRow(registry: Registry, key: NodeKey): TaskRow {
  const row = registry.row(key)
  if (row === undefined || !isTaskRow(row)) throw new Error(`no task ${key}`)
  return row
}

export function created(id: string, facts: Partial<TaskCreated> = {}): TaskCreated {
  return {
    kind: 'task.created',
    id: nodeId(id),
    node: 'task',
    name: id,
    attempt: 1,
    trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
    capabilities: { suspend: true, cancel: true },
    ...facts,
  }
}

export function transition(
  id: string,
  from: TaskTransition['from'],
  to: TaskTransition['to'],
  facts: Partial<TaskTransition> = {},
): TaskTransition {
  return { kind: 'task.state', id: nodeId(id), from, to, ...facts }
}

export const done: Outcome = {
  status: 'completed',
  value: { format: 'json', text: '1', size: 1, truncated: false },
}

export function failure(kind: Extract<Outcome, { status: 'failed' }>['kind'], message = 'it broke'): Outcome {
  return { status: 'failed', kind, error: { name: 'Error', message } }
}

export function request(id: string, target: NodeKey, command: ControlVerb, requestedAt = 1000): ControlRequest {
  return { id: controlId(id), target, by: { kind: 'person' }, requestedAt, command }
}

/** A body of a kind that this version does not know. */
export function unknownKind(id: string): TaskEventBody {
  return { kind: 'task.teleported', id: nodeId(id) } as unknown as TaskEventBody
}
