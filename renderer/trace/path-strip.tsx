/** The critical path as one strip: what the end of the trace waited for, one after the other, and whose waits they were. */
import type { CSSProperties, ReactNode } from 'react'
import { visibleText } from '../../core/model/visible-text.ts'
import { durationText } from '../detail/time-text.ts'
import { faceBar, faceWord } from '../icons/state-face.ts'
import { useModel } from '../state/window-context.tsx'
import { useElementWidth } from '../timeline/use-element-size.ts'
import { type PathPart, pathWaits } from './critical-path.ts'
import { nodeFace, type SpanNode } from './span-node.ts'
import type { SpanTree } from './span-tree.ts'
import styles from './trace-tab.module.css'

/** Beyond so many parts the shortest are left to the ground: none of them would be a pixel wide. */
const mostPieces = 300

export function PathStrip({ tree, path }: { readonly tree: SpanTree; readonly path: readonly PathPart[] }): ReactNode {
  const model = useModel()
  const waits = pathWaits(path, tree.nodes)
  const [stripRef, width] = useElementWidth<HTMLSpanElement>()
  const start = path[0]?.from ?? 0
  const total = Math.max(1, waits.total)
  const pieces =
    path.length <= mostPieces ? path : path.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, mostPieces)
  return (
    <section className={styles.path} aria-label="Critical path">
      <span className={styles.pathHead}>
        <span className={styles.label}>Critical path</span>
        <span className={styles.pathTotal}> {durationText(waits.total)}</span>
      </span>
      <span ref={stripRef} className={styles.strip}>
        {pieces.map((part) => {
          const node = part.place === undefined ? undefined : tree.nodes[part.place]
          const face = node === undefined ? undefined : nodeFace(node)
          const text = labelThatFits(node, part, ((part.to - part.from) / total) * width)
          return (
            <button
              key={part.from}
              type="button"
              tabIndex={-1}
              className={styles.piece}
              data-face={face}
              data-gap={node === undefined ? '' : undefined}
              title={`${pieceText(node)}, ${durationText(part.to - part.from)}`}
              style={
                {
                  left: `${((part.from - start) / total) * 100}%`,
                  width: `${((part.to - part.from) / total) * 100}%`,
                  '--bar': face === undefined ? 'var(--bar-neutral)' : faceBar(face),
                } as CSSProperties
              }
              onClick={() => {
                if (node !== undefined) model.changeTraceView(tree.traceId, { chosen: node.id })
              }}
            >
              {text}
            </button>
          )
        })}
      </span>
      <span className={styles.share}>{shareText(waits, total)}</span>
    </section>
  )
}

function pieceText(node: SpanNode | undefined): string {
  if (node === undefined) return 'nothing recorded'
  if (node.kind === 'code') return visibleText(node.name)
  if (node.kind === 'task') return visibleText(node.row.name)
  return node.face === 'running' ? visibleText(node.row.name) : `${visibleText(node.row.name)} ${faceWord(node.face)}`
}

/** About as wide as a letter of a label, CSS pixels. */
const letter = 6

function labelThatFits(node: SpanNode | undefined, part: PathPart, room: number): string | undefined {
  if (node === undefined) return undefined
  const wait = node.kind === 'state' && node.face !== 'running'
  const name = pieceText(node)
  const labels = wait
    ? [`${name} ${durationText(part.to - part.from)}`, `${faceWord(node.face)} ${durationText(part.to - part.from)}`]
    : [name, name.split(' ')[0] ?? name]
  return labels.find((label) => label.length * letter + 10 <= room)
}

/** The person's own doing first, then the largest wait. */
function shareText(waits: ReturnType<typeof pathWaits>, total: number): ReactNode {
  const kinds = [
    { ms: waits.yours, what: 'is your suspend' },
    { ms: waits.suspended, what: 'is suspended' },
    { ms: waits.input, what: 'waits for input' },
    { ms: waits.pending, what: 'is pending' },
  ]
  const [yours, ...others] = kinds
  const largest = others.toSorted((a, b) => b.ms - a.ms)[0]
  const told = yours !== undefined && yours.ms / total >= 0.005 ? yours : largest
  if (told === undefined || told.ms / total < 0.005) return <span className={styles.label}>no waits</span>
  return (
    <>
      <strong data-yours={told === yours ? '' : undefined}>{Math.round((told.ms / total) * 100)} %</strong> {told.what}
    </>
  )
}
