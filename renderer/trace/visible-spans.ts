/** Which spans have a row: those below a collapsed one have none, states only when they are wanted. */
import type { SpanNode } from './span-node.ts'

export function visibleSpans(
  nodes: readonly SpanNode[],
  collapsed: ReadonlySet<string>,
  states: boolean,
): readonly number[] {
  const places: number[] = []
  for (let place = 0; place < nodes.length; ) {
    const node = nodes[place]
    if (node === undefined) break
    if (states || node.kind !== 'state') places.push(place)
    place = collapsed.has(node.id) ? node.after : place + 1
  }
  return places
}

/** Whether it has something below it that can be shown. */
export function hasVisibleChildren(nodes: readonly SpanNode[], place: number, states: boolean): boolean {
  const node = nodes[place]
  if (node === undefined || node.after === place + 1) return false
  if (states) return true
  for (let child = place + 1; child < node.after; child = nodes[child]?.after ?? node.after) {
    if (nodes[child]?.kind !== 'state') return true
  }
  return false
}

/** The spans that all words of a query occur in, upper and lower case as one; `undefined` without a query. */
export function foundSpans(nodes: readonly SpanNode[], query: string): readonly number[] | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return undefined
  const found: number[] = []
  nodes.forEach((node, place) => {
    const text = `${node.name}\n${node.label ?? ''}\n${node.spanId ?? ''}${attributeText(node)}`.toLowerCase()
    if (words.every((word) => text.includes(word))) found.push(place)
  })
  return found
}

function attributeText(node: SpanNode): string {
  if (node.kind !== 'code') return `\n${node.row.id}`
  const { attributes, service = '' } = node.span
  return Object.entries(attributes).reduce((text, [name, value]) => `${text}\n${name}=${String(value)}`, `\n${service}`)
}

/** The spans above one, the nearest first. */
export function* ancestorsOf(nodes: readonly SpanNode[], place: number): Generator<SpanNode> {
  for (let above = nodes[place]?.parent ?? -1; above >= 0; ) {
    const node = nodes[above]
    if (node === undefined) return
    yield node
    above = node.parent
  }
}

/** The span of a task that was at work at a time: the deepest of its code, else its state, else the task itself. */
export function spanAt(nodes: readonly SpanNode[], task: string, at: number | undefined): number | undefined {
  let best: number | undefined
  let score = -1
  nodes.forEach((node, place) => {
    if (node.task !== task) return
    const within = at === undefined ? node.kind === 'task' : node.from <= at && (node.to ?? at) >= at
    const rank = node.kind === 'code' ? 2 + node.depth : node.kind === 'state' && at !== undefined ? 1 : 0
    if ((within || node.kind === 'task') && rank > score) {
      best = place
      score = rank
    }
  })
  return best
}
