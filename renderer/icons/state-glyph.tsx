/**
 * The state glyphs, drawn on one grid of 14 px with a stroke of 1.5. Filled ones ask for attention
 * (suspended, input required, killed); outlines do not. Never shown without its word nearby.
 */
import type { ReactNode } from 'react'
import { assertNever } from '../../core/model/assert.ts'
import type { FailureKind, LifecycleState } from '../../core/model/lifecycle.ts'
import type { NodeStatus } from '../../core/model/node.ts'
import { faceColor, faceOf, faceOfStatus, faceWord, type StateFace, statusWord } from './state-face.ts'
import styles from './state-glyph.module.css'

/** One face as a 14 px drawing in its own colour; `size` scales it. */
export function FaceGlyph({ face, size = 14 }: { readonly face: StateFace; readonly size?: number }): ReactNode {
  return (
    <svg
      className={styles.glyph}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      style={{ color: faceColor(face) }}
      aria-hidden="true"
      focusable="false"
    >
      {drawing(face)}
    </svg>
  )
}

/** The glyph of a task's state. */
export function StateGlyph({
  state,
  failure,
  size,
}: {
  readonly state: LifecycleState
  readonly failure?: FailureKind | undefined
  readonly size?: number
}): ReactNode {
  const face = faceOf(state, failure)
  return size === undefined ? <FaceGlyph face={face} /> : <FaceGlyph face={face} size={size} />
}

/** Glyph and word of a task's state, in its colour. */
export function StateLabel({
  state,
  failure,
}: {
  readonly state: LifecycleState
  readonly failure?: FailureKind | undefined
}): ReactNode {
  const face = faceOf(state, failure)
  return <FaceLabel face={face} word={faceWord(face)} />
}

/** Glyph and word of a host's, supervisor's or connection's status. */
export function StatusLabel({ status }: { readonly status: NodeStatus }): ReactNode {
  return <FaceLabel face={faceOfStatus(status)} word={statusWord(status)} />
}

function FaceLabel({ face, word }: { readonly face: StateFace; readonly word: string }): ReactNode {
  return (
    <span className={styles.label} style={{ color: faceColor(face) }}>
      <FaceGlyph face={face} />
      <span className={styles.word}>{word}</span>
    </span>
  )
}

function drawing(face: StateFace): ReactNode {
  switch (face) {
    case 'pending':
      return (
        <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.4 1.527" />
      )
    case 'running':
      return (
        <>
          <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <circle cx="7" cy="7" r="2.25" fill="currentColor" />
        </>
      )
    case 'suspended':
      return (
        <>
          <rect x="3" y="2.5" width="3" height="9" rx="0.75" fill="currentColor" />
          <rect x="8" y="2.5" width="3" height="9" rx="0.75" fill="currentColor" />
        </>
      )
    case 'input_required':
      return (
        <>
          <circle cx="7" cy="7" r="6" fill="currentColor" />
          <path
            className={styles.cut}
            d="M5.15 5.6c0-1.05.8-1.8 1.9-1.8s1.85.7 1.85 1.65c0 1.35-1.85 1.45-1.85 2.75"
            fill="none"
            strokeWidth="1.4"
            strokeLinecap="round"
          />
          <circle className={styles.cutFill} cx="7.05" cy="10.2" r="0.85" />
        </>
      )
    case 'cancelling':
      return (
        <>
          <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="1.5" opacity="0.4" />
          <path d="M7 2A5 5 0 0 1 12 7" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path
            d="M5.4 5.4l3.2 3.2M8.6 5.4 5.4 8.6"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.25"
            strokeLinecap="round"
          />
        </>
      )
    case 'completed':
      return (
        <path
          d="M2.5 7.5l3 3 6-6.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )
    case 'failed':
      return <path d="M3 3l8 8M11 3l-8 8" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />
    case 'killed':
      return (
        <>
          <path d="M4.5 1h5L13 4.5v5L9.5 13h-5L1 9.5v-5z" fill="currentColor" />
          <path className={styles.cut} d="M5 5l4 4M9 5 5 9" fill="none" strokeWidth="1.5" strokeLinecap="round" />
        </>
      )
    case 'cancelled':
      return (
        <>
          <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M10.6 3.4 3.4 10.6" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </>
      )
    case 'lost':
      return (
        <>
          <rect x="2" y="2" width="10" height="10" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.25" />
          <path
            d="M2.6 6.4 6.4 2.6M2.6 11.4l8.8-8.8M7.6 11.4l3.8-3.8"
            fill="none"
            stroke="currentColor"
            strokeWidth="1"
          />
        </>
      )
    default:
      return assertNever(face)
  }
}
