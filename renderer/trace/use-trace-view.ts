/** The stretch of a trace in view: all of it, growing with it, or what a person looks at. */

import { useModel, useWindow } from '../state/window-context.tsx'
import { moved, shortestSpanMs, type TimeSpan, zoomed } from '../timeline/time-span.ts'
import type { SpanTree } from './span-tree.ts'

/** Free room at the right of an open trace, as a share of its length. */
const future = 0.07

export function wholeSpan(tree: SpanTree, now: number): TimeSpan {
  const length = Math.max(1, (tree.open > 0 ? now : tree.to) - tree.from)
  return { from: tree.from, to: tree.from + length * (tree.open > 0 ? 1 + future : 1.002) }
}

export interface TraceView {
  readonly whole: TimeSpan
  readonly span: TimeSpan
  readonly fitted: boolean
  fit(): void
  /** `factor` below 1 looks closer; without an anchor the middle keeps its place. */
  zoom(factor: number, anchor?: number): void
  move(byMs: number): void
  show(span: TimeSpan): void
}

export function useTraceView(tree: SpanTree, now: number): TraceView {
  const model = useModel()
  const wanted = useWindow((state) => (state.traceView?.traceId === tree.traceId ? state.traceView.span : undefined))
  const whole = wholeSpan(tree, now)
  const span = wanted ?? whole
  const show = (next: TimeSpan) => model.changeTraceView(tree.traceId, { span: within(next, whole) })
  return {
    whole,
    span,
    fitted: wanted === undefined,
    fit: () => model.changeTraceView(tree.traceId, { span: undefined }),
    zoom(factor, anchor) {
      const next = zoomed(span, factor, anchor ?? (span.from + span.to) / 2)
      const all = factor > 1 && next.from <= whole.from && next.to >= whole.to
      if (all) model.changeTraceView(tree.traceId, { span: undefined })
      else show(next)
    },
    move: (byMs) => show(moved(span, byMs)),
    show,
  }
}

/** Never further away than the trace is long, never beside it. */
function within({ from, to }: TimeSpan, whole: TimeSpan): TimeSpan {
  const length = Math.min(whole.to - whole.from, Math.max(shortestSpanMs / 20, to - from))
  const start = Math.min(whole.to - length, Math.max(whole.from, from))
  return { from: start, to: start + length }
}
