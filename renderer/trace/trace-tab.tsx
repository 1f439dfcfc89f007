/** The whole trace of a task: its tasks, their states and the spans of their code, open ones growing. */
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import type { NodeKey } from '../../core/model/identity.ts'
import type { TaskRow } from '../../core/model/row.ts'
import type { Trace } from '../../core/model/trace.ts'
import { PaneMessage } from '../detail/section.tsx'
import { useNow, useTrace } from '../state/hooks.ts'
import { remember, remembered } from '../state/remembered.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import type { SpanFocus } from '../state/window-state.ts'
import { Button } from '../widgets/button.tsx'
import { criticalPath } from './critical-path.ts'
import { PathStrip } from './path-strip.tsx'
import { SpanDetail } from './span-detail.tsx'
import { type SpanTree, spanTree } from './span-tree.ts'
import { TraceSummary } from './trace-summary.tsx'
import styles from './trace-tab.module.css'
import { usePaced } from './use-paced.ts'
import { useTraceView } from './use-trace-view.ts'
import { ancestorsOf, spanAt } from './visible-spans.ts'
import { Waterfall } from './waterfall.tsx'

const lostText =
  'The connection to the application is lost, and this trace had not arrived. Reload the window to ask again.'

export function TraceTab({ row }: { readonly row: TaskRow }): ReactNode {
  const lost = useWindow((state) => state.connection === 'lost')
  const traceId = row.trace?.traceId
  const trace = usePaced(useTrace(traceId))
  const tree = useMemo(() => (trace === undefined ? undefined : spanTree(trace)), [trace])
  if (traceId === undefined) return <NoTrace text="Its source gave it no trace, so there are no spans to show." />
  if (trace === undefined || tree === undefined) {
    return <PaneMessage text={lost ? lostText : 'Asking for the trace…'} />
  }
  if (tree.nodes.length === 0) return <NoTrace text="Nothing of this trace is held any more." />
  return <TraceOf key={traceId} tree={tree} trace={trace} task={row.key} />
}

function NoTrace({ text }: { readonly text: string }): ReactNode {
  const model = useModel()
  return (
    <PaneMessage
      text={text}
      action={
        <Button size="pane" look="outline" onClick={() => model.open({ kind: 'export' })}>
          Export settings…
        </Button>
      }
    />
  )
}

function TraceOf({
  tree,
  trace,
  task,
}: {
  readonly tree: SpanTree
  readonly trace: Trace
  readonly task: NodeKey
}): ReactNode {
  const clock = useNow(tree.open > 0)
  // What has just begun may be newer than the last tick.
  const now = Math.max(clock, tree.to)
  const view = useTraceView(tree, now)
  const [withPath, setWithPath] = useToggle('trace.path')
  const [withStates, setWithStates] = useToggle('trace.states')
  const path = useMemo(() => (withPath ? criticalPath(tree.nodes, now) : []), [tree, now, withPath])
  const chosen = useChosen(tree, task)
  const node = chosen === undefined ? undefined : tree.nodes[chosen]
  return (
    <div className={styles.tab} data-traced={task}>
      <TraceSummary
        tree={tree}
        loading={trace.loading}
        view={view}
        path={withPath}
        onPath={setWithPath}
        states={withStates}
        onStates={setWithStates}
      />
      {withPath ? <PathStrip tree={tree} path={path} /> : undefined}
      <Waterfall tree={tree} path={path} states={withStates} view={view} now={now} chosen={chosen} />
      {node === undefined ? undefined : <SpanDetail key={node.id} node={node} trace={trace} now={now} />}
    </div>
  )
}

/**
 * The span below the waterfall. A task that is selected elsewhere brings its own span; a jump brings what the task did
 * at that time.
 */
function useChosen(tree: SpanTree, task: NodeKey): number | undefined {
  const model = useModel()
  const id = useWindow((state) => (state.traceView?.traceId === tree.traceId ? state.traceView.chosen : undefined))
  const focus = useWindow((state) => state.spanFocus)
  const [followed, follow] = useState<unknown>()
  const wanted = focus?.task === task ? focus : task
  const chosen = id === undefined ? -1 : tree.nodes.findIndex((node) => node.id === id)
  useEffect(() => {
    if (followed === wanted) return
    const keeps = typeof wanted === 'string' && tree.nodes[chosen]?.task === wanted
    const place = keeps ? chosen : placeOf(tree, task, typeof wanted === 'string' ? undefined : wanted)
    const node = place === undefined ? undefined : tree.nodes[place]
    if (place === undefined || node === undefined) return
    follow(wanted)
    if (typeof wanted !== 'string') model.store.setState({ spanFocus: undefined })
    const collapsed = new Set(model.store.getState().traceView?.collapsed)
    for (const above of ancestorsOf(tree.nodes, place)) collapsed.delete(above.id)
    model.changeTraceView(tree.traceId, { chosen: node.id, collapsed })
  }, [model, tree, task, wanted, followed, chosen])
  return chosen < 0 ? undefined : chosen
}

function placeOf(tree: SpanTree, task: NodeKey, focus: SpanFocus | undefined): number | undefined {
  const { spanId, at } = focus ?? {}
  const place = spanId === undefined ? -1 : tree.nodes.findIndex((node) => node.spanId === spanId)
  return place >= 0 ? place : spanAt(tree.nodes, task, at)
}

function useToggle(name: string): readonly [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => remembered(name) !== false)
  return [
    on,
    (next) => {
      remember(name, next)
      setOn(next)
    },
  ]
}
