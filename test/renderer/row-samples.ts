/** Small rows for tests of the window: only what a test speaks of differs from the plain ones. */
import type { Capabilities } from '../../core/model/capability.ts'
import { type NodeKey, nodeId, nodeKey, type SourceId, sourceId } from '../../core/model/identity.ts'
import type { NodeRow, TaskRow } from '../../core/model/row.ts'

export const everything: Capabilities = {
  suspend: true,
  resume: true,
  step: true,
  cancel: true,
  kill: true,
  retry: true,
  getState: true,
  answer: true,
}

export function keyOf(id: string, source: SourceId = sourceId('demo')): NodeKey {
  return nodeKey(source, nodeId(id))
}

let ord = 0

/** A running task of the source `demo`, without a parent. */
export function task(id: string, facts: Partial<Omit<TaskRow, 'id' | 'key'>> = {}): TaskRow {
  const source = facts.source ?? sourceId('demo')
  ord += 1
  return {
    key: nodeKey(source, nodeId(id)),
    source,
    id: nodeId(id),
    name: id,
    ord,
    node: 'task',
    capabilities: everything,
    createdAt: 1000,
    startedAt: 1000,
    stateAt: 1000,
    state: 'running',
    isolation: 'inline',
    attempt: 1,
    runningMs: 0,
    suspendedMs: 0,
    holds: [],
    questions: 0,
    ...facts,
  }
}

/** A task under another. */
export function child(id: string, parent: string, facts: Partial<Omit<TaskRow, 'id' | 'key'>> = {}): TaskRow {
  return task(id, { parent: keyOf(parent, facts.source), ...facts })
}

/** An open host of the source `demo`. */
export function host(id: string, facts: Partial<Omit<NodeRow, 'id' | 'key'>> = {}): NodeRow {
  const source = facts.source ?? sourceId('demo')
  ord += 1
  return {
    key: nodeKey(source, nodeId(id)),
    source,
    id: nodeId(id),
    name: id,
    ord,
    node: 'host',
    status: 'open',
    facts: {},
    capabilities: { freeze: true, takeStack: true, stop: true, restart: true },
    createdAt: 1000,
    ...facts,
  }
}
