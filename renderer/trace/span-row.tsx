/** Glyph, name and length of one span, at the left of its bar. */
import { Braces, ChevronDown, ChevronRight, Globe, Minus } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { SafeText } from '../detail/safe-text.tsx'
import { durationText, fineDurationParts } from '../detail/time-text.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import type { SpanNode } from './span-node.ts'
import styles from './span-row.module.css'

/** Deeper than this, rows are no longer set in: no name would be left. */
const deepest = 12

export interface SpanRowProps {
  readonly node: SpanNode
  readonly domId: string
  readonly top: number
  readonly height: number
  /** Of an open span: now. Else anything that stays the same. */
  readonly now: number
  readonly chosen: boolean
  readonly dimmed: boolean
  readonly expanded: boolean | undefined
  readonly onChoose: (id: string) => void
  readonly onToggle: (id: string) => void
  readonly onOpen: (node: SpanNode) => void
}

export const SpanRow = memo(function SpanRow(props: SpanRowProps): ReactNode {
  const { node, expanded, chosen } = props
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it has the keys
    <div
      id={props.domId}
      className={styles.row}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      role="treeitem"
      aria-level={node.depth + 1}
      aria-selected={chosen}
      aria-expanded={expanded}
      data-span={node.kind}
      data-state={node.kind === 'code' ? undefined : node.kind === 'state' ? node.interval.state : node.row.state}
      data-received={node.kind === 'code' && node.received === true ? '' : undefined}
      data-open={node.to === undefined ? '' : undefined}
      data-dimmed={props.dimmed ? '' : undefined}
      onClick={() => props.onChoose(node.id)}
      onDoubleClick={() => props.onOpen(node)}
    >
      <span
        className={styles.name}
        style={{ paddingLeft: `calc(var(--space-2) + ${Math.min(deepest, node.depth)} * var(--span-indent))` }}
      >
        {expanded === undefined ? (
          <span className={styles.twisty} />
        ) : (
          <button
            type="button"
            className={styles.twisty}
            tabIndex={-1}
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation()
              props.onToggle(node.id)
            }}
          >
            {expanded ? <ChevronDown size={14} strokeWidth={1.75} /> : <ChevronRight size={14} strokeWidth={1.75} />}
          </button>
        )}
        <SpanGlyph node={node} />
        <span className={styles.words}>
          <span className={node.kind === 'state' ? `${styles.title} ${styles.mono}` : styles.title}>
            <SafeText text={node.name} />
          </span>
          {node.kind === 'code' && node.span.service !== undefined ? (
            <span className={`${styles.label} ${styles.service}`} data-service={node.span.service}>
              <SafeText text={node.span.service} />
            </span>
          ) : undefined}
          {node.label === undefined ? undefined : (
            <span className={styles.label}>
              <SafeText text={node.label} />
            </span>
          )}
        </span>
      </span>
      <span className={styles.time}>
        <Fine ms={Math.max(0, (node.to ?? props.now) - node.from)} />
        {node.to === undefined ? <span className="visually-hidden"> so far, open</span> : undefined}
      </span>
    </div>
  )
})

export function SpanGlyph({ node }: { readonly node: SpanNode }): ReactNode {
  const look = { size: 14, strokeWidth: 1.75, className: node.error ? styles.error : styles.quiet }
  if (node.kind === 'task') return <FaceGlyph face={node.face} />
  if (node.kind === 'state') {
    const attention = node.face === 'suspended' || node.face === 'input_required'
    return attention ? <FaceGlyph face={node.face} /> : <Minus {...look} />
  }
  const web = Object.keys(node.span.attributes).some((name) => name.startsWith('http.') || name.startsWith('url.'))
  return web ? <Globe {...look} /> : <Braces {...look} />
}

function Fine({ ms }: { readonly ms: number }): ReactNode {
  return (
    <span title={durationText(ms)}>
      {fineDurationParts(ms).map(({ value, unit }, index) => (
        <span key={unit}>
          {index === 0 ? '' : ' '}
          {value}
          <span className={styles.unit}> {unit}</span>
        </span>
      ))}
    </span>
  )
}
