/**
 * The critical path of a trace: for every moment between its start and its end, the span that held up the end. Walks
 * back from the end; of the children that were over by then the last to end is on the path, and before it began the
 * span itself was at work, or waited. The time of a task itself falls to the state that it was in.
 */
import { childrenOf, type SpanNode } from './span-node.ts'

/** A stretch of the path. Parts follow each other without a gap. */
export interface PathPart {
  /** Place among the spans; absent where nothing was recorded. */
  readonly place?: number
  readonly from: number
  readonly to: number
}

interface Walk {
  readonly place: number
  readonly from: number
  readonly to: number
}

/** @param now the end of open spans, not before the start of any span */
export function criticalPath(nodes: readonly SpanNode[], now: number): readonly PathPart[] {
  if (nodes.length === 0) return []
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const root of childrenOf(nodes, -1)) {
    from = Math.min(from, startOf(nodes, root))
    to = Math.max(to, endOf(nodes, root, now))
  }
  // Latest first. A stack and not recursion, for code may nest its spans as deep as it likes.
  const parts: PathPart[] = []
  const stack: (Walk | { readonly self: Walk })[] = [{ place: -1, from, to }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if ('self' in next) own(nodes, next.self, now, parts)
    else stack.push(...stepsBack(nodes, next, now).reverse())
  }
  return joined(parts.reverse())
}

/** What a span consists of, latest first: its children on the path and, between them, itself. */
function stepsBack(nodes: readonly SpanNode[], walk: Walk, now: number): (Walk | { readonly self: Walk })[] {
  const { place, from, to } = walk
  const children: Walk[] = []
  for (const child of childrenOf(nodes, place)) {
    if (nodes[child]?.kind === 'state') continue
    const start = Math.max(from, startOf(nodes, child))
    const end = Math.min(to, endOf(nodes, child, now))
    if (end > start) children.push({ place: child, from: start, to: end })
  }
  children.sort((a, b) => b.to - a.to || a.from - b.from)
  const steps: (Walk | { readonly self: Walk })[] = []
  let cursor = to
  for (const child of children) {
    // It was still under way when the one after it began, so its end caused nothing.
    if (child.to > cursor) continue
    if (child.to < cursor) steps.push({ self: { place, from: child.to, to: cursor } })
    steps.push(child)
    cursor = child.from
  }
  if (cursor > from) steps.push({ self: { place, from, to: cursor } })
  return steps
}

/** The time of a span itself, split by the states of a task; latest first. */
function own(nodes: readonly SpanNode[], { place, from, to }: Walk, now: number, parts: PathPart[]): void {
  if (place < 0) {
    parts.push({ from, to })
    return
  }
  let cursor = to
  const states = nodes[place]?.kind === 'task' ? [...childrenOf(nodes, place)].reverse() : []
  for (const state of states) {
    if (nodes[state]?.kind !== 'state') continue
    const start = Math.max(from, startOf(nodes, state))
    const end = Math.min(cursor, endOf(nodes, state, now))
    if (end <= start) continue
    if (end < cursor) parts.push({ place, from: end, to: cursor })
    parts.push({ place: state, from: start, to: end })
    cursor = start
  }
  if (cursor > from) parts.push({ place, from, to: cursor })
}

function joined(parts: readonly PathPart[]): readonly PathPart[] {
  const path: PathPart[] = []
  for (const part of parts) {
    const last = path.at(-1)
    if (last !== undefined && last.place === part.place && last.to === part.from) {
      path[path.length - 1] = { ...last, to: part.to }
    } else path.push(part)
  }
  return path
}

function startOf(nodes: readonly SpanNode[], place: number): number {
  return nodes[place]?.from ?? 0
}

function endOf(nodes: readonly SpanNode[], place: number, now: number): number {
  const node = nodes[place]
  return node === undefined ? 0 : (node.to ?? Math.max(now, node.from))
}

/** Where the time of a path went that was not work, in milliseconds. */
export interface PathWaits {
  readonly total: number
  /** Suspended by a person. */
  readonly yours: number
  /** Suspended by anything else. */
  readonly suspended: number
  readonly input: number
  readonly pending: number
}

export function pathWaits(path: readonly PathPart[], nodes: readonly SpanNode[]): PathWaits {
  const waits = { total: 0, yours: 0, suspended: 0, input: 0, pending: 0 }
  for (const { place, from, to } of path) {
    const node = place === undefined ? undefined : nodes[place]
    waits.total += to - from
    if (node?.kind !== 'state') continue
    if (node.interval.state === 'suspended') {
      waits[node.interval.by?.kind === 'person' ? 'yours' : 'suspended'] += to - from
    } else if (node.interval.state === 'input_required') waits.input += to - from
    else if (node.interval.state === 'pending') waits.pending += to - from
  }
  return waits
}
