/**
 * Makes the spans of a trace from its tasks: one per task, one per stay in a state, and those of code, each under the
 * span that it names as its parent. Whatever ids repeat, go round or lead nowhere, every span is shown exactly once.
 */

import { derivedSpanId } from '../../core/model/derived-span-id.ts'
import type { StateInterval } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import type { Mutable } from '../../core/model/mutable.ts'
import type { OpenSpanData } from '../../core/model/span.ts'
import type { Trace, TraceTask } from '../../core/model/trace.ts'
import { faceOf } from '../icons/state-face.ts'
import type { SpanNode } from './span-node.ts'

export interface SpanTree {
  readonly traceId: string
  readonly nodes: readonly SpanNode[]
  readonly open: number
  readonly errors: number
  /** Spans and stays that were let go, here or at their source. */
  readonly dropped: number
  /** All that is known to be missing: what was dropped, tasks that are not held, parents that never came. */
  readonly missing: number
  /** The first start and the last time that anything is known of. */
  readonly from: number
  readonly to: number
}

export type Completeness = 'open' | 'partial' | 'complete'

export function completeness(tree: SpanTree): Completeness {
  if (tree.open > 0) return 'open'
  return tree.missing > 0 ? 'partial' : 'complete'
}

type Draft = Mutable<SpanNode> & { children?: Draft[]; parentId?: string | undefined; over?: NodeKey | undefined }

export function spanTree(trace: Trace): SpanTree {
  const drafts: Draft[] = []
  const bySpanId = new Map<string, Draft>()
  const byTask = new Map<NodeKey, Draft>()
  let dropped = trace.loose.dropped
  for (const task of trace.tasks.values()) {
    const draft = taskDraft(task)
    drafts.push(draft)
    byTask.set(task.row.key, draft)
    if (draft.spanId !== undefined && !bySpanId.has(draft.spanId)) bySpanId.set(draft.spanId, draft)
    dropped += task.spans.dropped + task.intervals.dropped
  }
  const code: Draft[] = []
  for (const task of trace.tasks.values()) {
    for (const span of task.spans.items) code.push(codeDraft(span, task.row.key))
    for (const span of task.open ?? []) code.push(codeDraft(span, task.row.key))
  }
  for (const span of trace.loose.items) code.push(codeDraft(span, undefined))
  for (const draft of code)
    if (draft.spanId !== undefined && !bySpanId.has(draft.spanId)) bySpanId.set(draft.spanId, draft)
  const { received } = trace
  // By trace id it belongs here; whose parent is not known (yet) stands under the task that the trace began with.
  const [first] = byTask.keys()
  for (const span of received?.spans.items ?? []) {
    // What came back to us over a collector is there already.
    if (bySpanId.has(span.spanId)) continue
    const draft = { ...codeDraft(span, undefined), received: true as const, over: first }
    bySpanId.set(span.spanId, draft)
    code.push(draft)
  }
  dropped += (received?.spans.dropped ?? 0) + (received?.logs.dropped ?? 0) + (received?.lost ?? 0)
  for (const draft of code) drafts.push(draft)

  const strangers = new Set<string>()
  const roots: Draft[] = []
  for (const draft of drafts) {
    const named = draft.parentId === undefined ? undefined : bySpanId.get(draft.parentId)
    if (draft.parentId !== undefined && named === undefined) strangers.add(draft.parentId)
    const parent = named ?? (draft.over === undefined ? undefined : byTask.get(draft.over))
    if (parent === undefined || parent === draft) roots.push(draft)
    else adopt(parent, draft)
  }
  for (const task of trace.tasks.values()) addStates(task, byTask.get(task.row.key))

  const nodes = flattened(roots, drafts)
  let open = 0
  let errors = 0
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const node of nodes) {
    if (node.to === undefined) open += 1
    if (node.error) errors += 1
    from = Math.min(from, node.from)
    to = Math.max(to, node.to ?? node.from)
  }
  const missing = dropped + trace.left + trace.forgotten + strangers.size
  if (nodes.length === 0) from = to = 0
  return { traceId: trace.traceId, nodes, open, errors, dropped, missing, from, to }
}

function taskDraft({ row, intervals }: TraceTask): Draft {
  const kinds = { task: 'task ', call: 'tools/call ' }
  return {
    kind: 'task',
    id: row.key,
    name: kinds[row.node] + row.name,
    from: row.createdAt,
    error: row.state === 'failed' || row.toolError === true,
    task: row.key,
    row,
    face: faceOf(row.state, row.failure),
    intervals: intervals.items,
    parent: -1,
    after: 0,
    depth: 0,
    parentId: row.trace?.parentSpanId,
    over: row.parent,
    ...(row.label === undefined ? {} : { label: row.label }),
    ...(row.endedAt === undefined ? {} : { to: Math.max(row.createdAt, row.endedAt) }),
    ...(row.trace === undefined ? {} : { spanId: row.trace.spanId }),
  }
}

function addStates({ row, intervals }: TraceTask, parent: Draft | undefined): void {
  if (parent === undefined) return
  let before: StateInterval | undefined
  intervals.items.forEach((interval, place) => {
    if (isTerminal(interval.state)) return
    // As the exporter numbers them, so that an exported span and the one on screen have one id.
    const number = intervals.dropped + place
    const to = interval.to ?? row.endedAt
    adopt(parent, {
      kind: 'state',
      id: `${row.key}#${number}`,
      name: `task.${interval.state}`,
      from: interval.from,
      error: false,
      task: row.key,
      row,
      face: faceOf(interval.state),
      interval,
      parent: -1,
      after: 0,
      depth: 0,
      ...(before === undefined ? {} : { before }),
      ...(interval.why === undefined ? {} : { label: interval.why.text }),
      ...(to === undefined ? {} : { to: Math.max(interval.from, to) }),
      ...(row.trace === undefined ? {} : { spanId: derivedSpanId(row.trace.spanId, number) }),
    })
    before = interval
  })
}

function codeDraft(span: OpenSpanData, task: NodeKey | undefined): Draft {
  return {
    kind: 'code',
    id: span.spanId,
    name: span.name,
    from: span.start,
    ...(span.end === undefined ? {} : { to: Math.max(span.start, span.end) }),
    error: span.status.code === 'error',
    span,
    spanId: span.spanId,
    parent: -1,
    after: 0,
    depth: 0,
    parentId: span.parentSpanId,
    over: task,
    ...(task === undefined ? {} : { task }),
    ...(span.status.message === undefined ? {} : { label: span.status.message }),
  }
}

function adopt(parent: Draft, child: Draft): void {
  parent.children ??= []
  parent.children.push(child)
}

/** Every draft once, parents first. What stands in a circle is cut open at the member that came first. */
function flattened(roots: readonly Draft[], all: readonly Draft[]): readonly SpanNode[] {
  const nodes: Draft[] = []
  const ids = new Map<string, number>()
  const placed = new Set<Draft>()
  place(roots.slice().sort(byStart))
  if (placed.size < all.length) for (const draft of all) if (!placed.has(draft)) place([draft])
  return nodes as readonly SpanNode[]

  function place(starts: readonly Draft[]): void {
    const stack: { readonly draft: Draft; readonly parent: number }[] = []
    for (const draft of starts.toReversed()) stack.push({ draft, parent: -1 })
    const open: number[] = []
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { draft, parent } = next
      if (placed.has(draft)) continue
      placed.add(draft)
      while (open.length > 0 && open.at(-1) !== parent) close(open.pop())
      const at = nodes.length
      draft.parent = parent
      const over = nodes[parent]
      draft.depth = over === undefined ? 0 : over.depth + 1
      if (draft.kind === 'code' && draft.task === undefined && over?.task !== undefined) draft.task = over.task
      draft.after = at + 1
      draft.id = unique(draft.id)
      nodes.push(draft)
      open.push(at)
      const children = draft.children?.sort(byStart) ?? []
      draft.children = undefined as never
      for (let child = children.length - 1; child >= 0; child -= 1) {
        const under = children[child]
        if (under !== undefined) stack.push({ draft: under, parent: at })
      }
    }
    while (open.length > 0) close(open.pop())
  }

  function close(at: number | undefined): void {
    const node = at === undefined ? undefined : nodes[at]
    if (node !== undefined) node.after = nodes.length
  }

  function unique(id: string): string {
    const times = ids.get(id) ?? 0
    ids.set(id, times + 1)
    return times === 0 ? id : `${id}~${times}`
  }
}

function byStart(a: Draft, b: Draft): number {
  return a.from - b.from || rank(a) - rank(b)
}

function rank({ kind }: Draft): number {
  return kind === 'state' ? 0 : 1
}
