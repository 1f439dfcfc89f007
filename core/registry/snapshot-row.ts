/** Makes the row of an entry. A field without a value is left out, so that rows stay small on a border. */
import { nodeKey } from '../model/identity.ts'
import type { Mutable } from '../model/mutable.ts'
import type { NodeRow, Row, TaskRow } from '../model/row.ts'
import type { Entry, NodePart, TaskPart } from './entry.ts'

/** The present row of an entry. Not kept: most are read once, and kept ones would double what an ended task holds. */
export function rowOf(entry: Entry): Row {
  return entry.part.form === 'task' ? taskRow(entry, entry.part) : nodeRow(entry, entry.part)
}

function nodeRow(entry: Entry, part: NodePart): NodeRow {
  const row: Mutable<NodeRow> = {
    key: entry.key,
    source: entry.source.id,
    id: entry.id,
    name: entry.name,
    ord: entry.ord,
    capabilities: entry.capabilities,
    createdAt: entry.createdAt,
    node: part.node,
    status: part.status,
    facts: part.facts,
  }
  if (part.breakpoints.length > 0) row.breakpoints = part.breakpoints
  addShared(row, entry)
  return row
}

function taskRow(entry: Entry, part: TaskPart): TaskRow {
  const created = part.created
  const row: Mutable<TaskRow> = {
    key: entry.key,
    source: entry.source.id,
    id: entry.id,
    name: entry.name,
    ord: entry.ord,
    capabilities: entry.capabilities,
    createdAt: entry.createdAt,
    node: created?.node ?? 'task',
    state: part.state,
    attempt: created?.attempt ?? 1,
    stateAt: part.stateAt,
    runningMs: part.runningMs,
    suspendedMs: part.suspendedMs,
    holds: part.holds,
    questions: entry.history?.questions.length ?? 0,
  }
  addShared(row, entry)
  if (created === undefined) row.placeholder = true
  else {
    row.trace = created.trace
    if (created.isolation !== undefined) row.isolation = created.isolation
    if (created.retryOf !== undefined) row.retryOf = nodeKey(entry.source.id, created.retryOf)
    if (created.timeoutMs !== undefined) row.timeoutMs = created.timeoutMs
    if (created.host !== undefined) row.host = created.host
  }
  if (part.label !== undefined) row.label = part.label
  if (part.failure !== undefined) row.failure = part.failure
  if (part.toolError) row.toolError = true
  if (part.cause !== undefined) row.cause = part.cause
  if (part.phase !== undefined) row.phase = part.phase
  if (part.startedAt !== undefined) row.startedAt = part.startedAt
  if (part.ttlMs !== undefined) row.ttlMs = part.ttlMs
  if (part.pollIntervalMs !== undefined) row.pollIntervalMs = part.pollIntervalMs
  if (part.polls > 0) row.polls = part.polls
  if (part.progress !== undefined) row.progress = part.progress
  if (part.checkpoint !== undefined) row.checkpoint = part.checkpoint
  if (part.stillRunning !== undefined) row.stillRunning = part.stillRunning
  if (part.inputMs > 0) row.inputMs = part.inputMs
  if (entry.answered !== undefined) row.answered = entry.answered
  return row
}

function addShared(row: Mutable<NodeRow> | Mutable<TaskRow>, entry: Entry): void {
  if (entry.parent !== undefined) row.parent = entry.parent.key
  if (entry.why !== undefined) row.why = entry.why
  if (entry.control !== undefined) row.control = entry.control
  if (entry.endedAt !== undefined) row.endedAt = entry.endedAt
  if (entry.findings > 0) row.findings = entry.findings
}
