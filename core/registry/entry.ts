/**
 * What the registry holds of one node. Mutable and owned by the registry; outside, only rows and details are seen.
 * A node that was heard of before it was created is a task until `node.opened` says otherwise.
 */
import type { Actor } from '../model/actor.ts'
import type { Breakpoint } from '../model/breakpoint.ts'
import type { Capabilities } from '../model/capability.ts'
import type { ControlRecord } from '../model/control.ts'
import type { OrderedEvent, Progress, Why } from '../model/event.ts'
import type { Hold } from '../model/hold.ts'
import type { NodeId, NodeKey } from '../model/identity.ts'
import type { CancelCause, FailureKind, LifecycleState } from '../model/lifecycle.ts'
import type { NodeFacts, NodeKind, NodeStatus, Offer } from '../model/node.ts'
import type { Outcome } from '../model/outcome.ts'
import type { TaskRow } from '../model/row.ts'
import { createHistory, eventListOf, type History, mostFacts, ringOf } from './history.ts'
import type { Weighed } from './history-budget.ts'
import type { OrdList } from './ord-list.ts'
import { createRing, type Ring } from './ring.ts'
import type { SourceBook } from './source-book.ts'

/** What only tasks and calls have. What never changes after `task.created` is read from that event. */
export interface TaskPart {
  readonly form: 'task'
  /** Absent while the task is a placeholder. Kept here and not among the events, so it never leaves. */
  created: Extract<OrderedEvent, { kind: 'task.created' }> | undefined
  label: string | undefined
  state: LifecycleState
  stateAt: number
  /** Who brought the present state. */
  stateBy: Actor | undefined
  /** `ord` of the event that brought the present state. */
  stateOrd: number
  heldFrom: LifecycleState | undefined
  outcome: Outcome | undefined
  failure: FailureKind | undefined
  toolError: boolean
  cause: CancelCause | undefined
  phase: 'draining' | undefined
  startedAt: number | undefined
  runningMs: number
  suspendedMs: number
  inputMs: number
  ttlMs: number | null | undefined
  pollIntervalMs: number | undefined
  polls: number
  progress: Progress | undefined
  checkpoint: { readonly label: string; readonly at: number } | undefined
  holds: readonly Hold[]
  stillRunning: { readonly since: number; readonly lastSign: number; readonly text: string } | undefined
}

/** What hosts, supervisors, connections and sources have. */
export interface NodePart {
  readonly form: 'node'
  node: NodeKind
  status: NodeStatus
  facts: NodeFacts
  offers: readonly Offer[]
  breakpoints: readonly Breakpoint[]
}

/** What of an entry changed since observers were last told. */
export type Staleness = 'none' | 'detail' | 'row'

export interface Entry {
  readonly key: NodeKey
  readonly source: SourceBook
  readonly id: NodeId
  /** Place among all entries in order of first appearance. */
  readonly ord: number
  part: TaskPart | NodePart
  name: string
  parent: Entry | undefined
  children: OrdList | undefined
  capabilities: Capabilities
  why: Why | undefined
  createdAt: number
  endedAt: number | undefined
  findings: number
  /** The control that the row speaks of. */
  control: ControlRecord | undefined
  /** How long the newest control that took effect was under way. */
  answered: TaskRow['answered']
  /** Events that may not be lost, beside `created`. Apart from the history, which most tasks never need. */
  facts: Ring<OrderedEvent> | undefined
  history: History | undefined
  stale: Staleness
  /** The one after it in the chain of stale entries. */
  nextStale: Entry | undefined
  /** Its place among the ended tasks whose history counts. */
  weighed: Weighed | undefined
  /** Removed from the registry. */
  gone: boolean
  /** Neighbours in the list of ended leaves. */
  older: Entry | undefined
  newer: Entry | undefined
  evictable: boolean
}

const noCapabilities: Capabilities = {}
export const noHolds: readonly Hold[] = []

/** A node that nobody has described yet. */
export function createEntry(key: NodeKey, source: SourceBook, id: NodeId, ord: number, at: number): Entry {
  return {
    key,
    source,
    id,
    ord,
    part: createTaskPart(at),
    name: id,
    parent: undefined,
    children: undefined,
    capabilities: noCapabilities,
    why: undefined,
    createdAt: at,
    endedAt: undefined,
    findings: 0,
    control: undefined,
    answered: undefined,
    facts: undefined,
    history: undefined,
    stale: 'none',
    nextStale: undefined,
    weighed: undefined,
    gone: false,
    older: undefined,
    newer: undefined,
    evictable: false,
  }
}

function createTaskPart(at: number): TaskPart {
  return {
    form: 'task',
    created: undefined,
    label: undefined,
    state: 'pending',
    stateAt: at,
    stateBy: undefined,
    stateOrd: 0,
    heldFrom: undefined,
    outcome: undefined,
    failure: undefined,
    toolError: false,
    cause: undefined,
    phase: undefined,
    startedAt: undefined,
    runningMs: 0,
    suspendedMs: 0,
    inputMs: 0,
    ttlMs: undefined,
    pollIntervalMs: undefined,
    polls: 0,
    progress: undefined,
    checkpoint: undefined,
    holds: noHolds,
    stillRunning: undefined,
  }
}

export function historyOf(entry: Entry): History {
  entry.history ??= createHistory()
  return entry.history
}

/** Whether it was heard of but not created yet. */
export function isPlaceholder(entry: Entry): boolean {
  return entry.part.form === 'task' && entry.part.created === undefined
}

/** Puts an event on the list where it belongs. */
export function keepEvent(entry: Entry, event: OrderedEvent): void {
  if (entry.part.form === 'task' && entry.part.created === event) return
  const list = eventListOf(event)
  if (list === 'samples') ringOf(historyOf(entry), list).push(event)
  if (list !== 'facts') return
  entry.facts ??= createRing(mostFacts)
  entry.facts.push(event)
}
