/** What a trace amounts to, whether it is all there, and what may be done with the view of it. */
import { Copy, Maximize2, Route, Rows3 } from 'lucide-react'
import type { ReactNode } from 'react'
import { otlpJson } from '../../core/model/otlp-json.ts'
import { CopyButton } from '../detail/copy-button.tsx'
import { shortTrace } from '../detail/short-trace.ts'
import { countText } from '../detail/time-text.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { spanDataOf } from './span-attributes.ts'
import { completeness, type SpanTree } from './span-tree.ts'
import styles from './trace-tab.module.css'
import type { TraceView } from './use-trace-view.ts'

export interface TraceSummaryProps {
  readonly tree: SpanTree
  readonly loading: boolean
  readonly view: TraceView
  readonly path: boolean
  readonly onPath: (on: boolean) => void
  readonly states: boolean
  readonly onStates: (on: boolean) => void
}

export function TraceSummary({ tree, loading, view, ...toggles }: TraceSummaryProps): ReactNode {
  const model = useModel()
  return (
    <div className={styles.summary}>
      <span className={styles.id}>
        <span className={styles.label}>Trace</span>
        <code className={styles.trace} title={tree.traceId}>
          <span className={styles.whole}>{tree.traceId}</span>
          <span className={styles.short}>{shortTrace(tree.traceId)}</span>
        </code>
        <CopyButton text={tree.traceId} name="Copy trace id" />
      </span>
      <span className={styles.counts}>
        <Badge tree={tree} loading={loading} />
        <span>{some(tree.nodes.length, 'span')}</span>
        <span className={styles.count}>
          {tree.open > 0 ? <FaceGlyph face="running" /> : undefined}
          {countText(tree.open)} open
        </span>
        <span className={styles.count}>
          {tree.errors > 0 ? <FaceGlyph face="failed" /> : undefined}
          {some(tree.errors, 'error')}
        </span>
        <span className={tree.dropped === 0 ? `${styles.label} ${styles.none}` : styles.label}>
          {countText(tree.dropped)} dropped
        </span>
      </span>
      <span className={styles.buttons}>
        <Button
          size="pane"
          pressed={toggles.path}
          icon={<Route size={14} strokeWidth={1.75} />}
          onClick={() => toggles.onPath(!toggles.path)}
        >
          Critical path
        </Button>
        <Button
          size="pane"
          pressed={toggles.states}
          icon={<Rows3 size={14} strokeWidth={1.75} />}
          onClick={() => toggles.onStates(!toggles.states)}
        >
          State intervals
        </Button>
        <Button
          size="pane"
          icon={<Maximize2 size={14} strokeWidth={1.75} />}
          whyNot={view.fitted ? 'the whole trace is in view' : undefined}
          onClick={view.fit}
        >
          Fit
        </Button>
        <Button
          size="pane"
          name="Copy trace as OTLP JSON"
          icon={<Copy size={14} strokeWidth={1.75} />}
          onClick={() => void copyTrace()}
        />
      </span>
    </div>
  )

  async function copyTrace(): Promise<void> {
    const spans = tree.nodes.flatMap((node) => spanDataOf(node, tree.traceId) ?? [])
    const text = otlpJson(spans, { 'service.name': 'taskscope' })
    const result = await model.invoke('copyText', { text })
    if (result.ok) model.say({ tone: 'success', text: `Copied ${some(spans.length, 'span')} as OTLP JSON` })
  }
}

/** Open, partial or complete, with the number of what is known to be missing. */
function Badge({ tree, loading }: { readonly tree: SpanTree; readonly loading: boolean }): ReactNode {
  const state = completeness(tree)
  const missing = tree.missing > 0 ? `${countText(tree.missing)} missing` : undefined
  const words = { open: 'open', partial: 'partial', complete: 'complete' }
  return (
    <span
      className={styles.badge}
      data-completeness={state}
      data-missing={tree.missing}
      title={
        missing === undefined
          ? undefined
          : 'Dropped spans and logs, tasks that are not held any more, parents never seen'
      }
    >
      {loading ? 'loading…' : [words[state], missing].filter(Boolean).join(', ')}
    </span>
  )
}

function some(count: number, what: string): string {
  return `${countText(count)} ${what}${count === 1 ? '' : 's'}`
}
