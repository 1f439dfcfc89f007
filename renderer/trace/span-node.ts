/** One span of a waterfall, ended or open, in a flat list in which every span stands before its children. */
import type { StateInterval } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import type { TaskRow } from '../../core/model/row.ts'
import type { OpenSpanData } from '../../core/model/span.ts'
import type { StateFace } from '../icons/state-face.ts'

interface NodeBase {
  /** The same for as long as the span is shown, open or ended. */
  readonly id: string
  readonly name: string
  /** What is read beside the name: a label, a cause. */
  readonly label?: string
  /** Milliseconds since the Unix epoch. */
  readonly from: number
  /** Absent while it is open. */
  readonly to?: number
  readonly error: boolean
  /** 16 hex digits; absent where the source gave the task no span. */
  readonly spanId?: string
  /** Place of its parent in the list, -1 for a root. */
  readonly parent: number
  /** Place of the first span after all that is below it. */
  readonly after: number
  readonly depth: number
}

/** The span of a whole task. */
export interface TaskNode extends NodeBase {
  readonly kind: 'task'
  readonly task: NodeKey
  readonly row: TaskRow
  readonly face: StateFace
  readonly intervals: readonly StateInterval[]
}

/** One stay in a state. */
export interface StateNode extends NodeBase {
  readonly kind: 'state'
  readonly task: NodeKey
  readonly row: TaskRow
  readonly face: StateFace
  readonly interval: StateInterval
  /** The stay before it. */
  readonly before?: StateInterval
}

/** A span of somebody's code. */
export interface CodeNode extends NodeBase {
  readonly kind: 'code'
  /** The task that made it, or else the one that it stands under; absent when there is none. */
  readonly task?: NodeKey
  /** It came over OTLP from another program. */
  readonly received?: true
  readonly span: OpenSpanData
}

export type SpanNode = TaskNode | StateNode | CodeNode

/** The colour of a span: a state's, or none for code, unless it failed. */
export function nodeFace(node: SpanNode): StateFace | undefined {
  if (node.kind !== 'code') return node.face
  return node.error ? 'failed' : undefined
}

/** Every span below, the span itself left out. */
export function* childrenOf(nodes: readonly SpanNode[], place: number): Generator<number> {
  const after = place < 0 ? nodes.length : (nodes[place]?.after ?? 0)
  for (let child = place + 1; child < after; child = nodes[child]?.after ?? after) yield child
}
