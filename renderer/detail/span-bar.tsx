import { Braces, Globe, Minus } from 'lucide-react'
import type { CSSProperties, ReactNode } from 'react'
import type { StateInterval } from '../../core/model/detail.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { faceBar, faceColor, faceOf, type StateFace } from '../icons/state-face.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import type { TimeSpan } from '../timeline/time-span.ts'
import { SafeText } from './safe-text.tsx'
import styles from './span-bar.module.css'
import type { SpanRow } from './span-rows.ts'

/** Glyph and name of a span, indented by its depth. */
export function SpanName({ row }: { readonly row: SpanRow }): ReactNode {
  return (
    <span className={styles.name} style={{ paddingLeft: `calc(var(--space-4) + ${row.depth} * var(--indent))` }}>
      <SpanGlyph row={row} />
      <span className={styles.words}>
        <span className={row.kind === 'state' ? styles.mono : undefined}>
          <SafeText text={row.name} />
        </span>
        {row.label === undefined ? undefined : (
          <span className={styles.label}>
            <SafeText text={row.label} />
          </span>
        )}
      </span>
    </span>
  )
}

function SpanGlyph({ row }: { readonly row: SpanRow }): ReactNode {
  const attention = row.face === 'suspended' || row.face === 'input_required'
  if (row.face !== undefined && (row.kind === 'task' || attention)) return <FaceGlyph face={row.face} />
  const look = { size: 14, strokeWidth: 1.75, className: row.error ? styles.error : styles.quiet }
  if (row.kind === 'state') return <Minus {...look} />
  const web = Object.keys(row.attributes).some((name) => name.startsWith('http.') || name.startsWith('url.'))
  return web ? <Globe {...look} /> : <Braces {...look} />
}

interface Piece {
  readonly from: number
  readonly to: number
  readonly face: StateFace | undefined
}

/** The bar of a span; that of a task which still lives shows its states, one after the other. */
export function SpanBar({
  row,
  span,
  now,
  intervals,
}: {
  readonly row: SpanRow
  readonly span: TimeSpan
  readonly now: number
  readonly intervals?: readonly StateInterval[] | undefined
}): ReactNode {
  const end = row.to ?? Math.max(now, row.from)
  const length = span.to - span.from
  const pieces: readonly Piece[] =
    intervals !== undefined && row.to === undefined
      ? intervals
          .filter((interval) => !isTerminal(interval.state))
          .map((interval) => ({ from: interval.from, to: interval.to ?? end, face: faceOf(interval.state) }))
      : [{ from: row.from, to: end, face: row.face }]
  return (
    <span className={styles.lane}>
      {pieces.map((piece, index) => {
        const last = index === pieces.length - 1
        return (
          <span
            key={piece.from}
            className={styles.bar}
            data-face={row.error && row.kind === 'code' ? 'failed' : piece.face}
            data-open={row.to === undefined && last ? true : undefined}
            data-first={index === 0 ? true : undefined}
            data-last={last ? true : undefined}
            style={
              {
                left: `${((piece.from - span.from) / length) * 100}%`,
                width: `${(Math.max(0, piece.to - piece.from) / length) * 100}%`,
                '--bar': barOf(row, piece.face),
                '--cap': piece.face === undefined ? 'transparent' : faceColor(piece.face),
              } as CSSProperties
            }
          />
        )
      })}
    </span>
  )
}

function barOf(row: SpanRow, face: StateFace | undefined): string {
  if (face !== undefined) return faceBar(face)
  return row.error ? 'var(--bar-failed)' : 'var(--bar-neutral)'
}
