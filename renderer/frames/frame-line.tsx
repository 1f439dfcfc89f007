/** One line of the frame log: a message, or a run of polls that all say the same. */
import { ArrowLeft, ArrowRight, ChevronDown, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { durationText } from '../../core/model/duration.ts'
import type { FrameRow } from '../../core/model/frame.ts'
import type { LifecycleState } from '../../core/model/lifecycle.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { clockText, countText, utcText } from '../detail/time-text.ts'
import { faceColor } from '../icons/state-face.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import type { Entry, FoldEntry, FrameEntry } from './frame-entries.ts'
import styles from './frame-log.module.css'

export function FrameLine({ entry, start, opened }: LineProps): ReactNode {
  return entry.kind === 'fold' ? <Fold entry={entry} opened={opened} /> : <Message entry={entry} start={start} />
}

interface LineProps {
  readonly entry: Entry
  /** When the first frame passed. */
  readonly start: number
  readonly opened: boolean
}

function Message({ entry, start }: { readonly entry: FrameEntry; readonly start: number }): ReactNode {
  const { frame, bracket, answerMs } = entry
  const fromClient = frame.dir === 'c2s' || frame.dir === 'dbg2s' || frame.dir === 'c2dbg'
  const Arrow = fromClient ? ArrowRight : ArrowLeft
  const injected = frame.dir !== 'c2s' && frame.dir !== 's2c'
  return (
    <>
      <span className={styles.seq}>{frame.seq}</span>
      <span className={styles.time} title={utcText(frame.at)}>
        {frame.at === start ? (
          <>
            <span className={styles.wide}>{clockText(frame.at, 3)}</span>
            <span className={styles.narrow}>0 s</span>
          </>
        ) : (
          `+${durationText(frame.at - start)}`
        )}
      </span>
      <span className={styles.bracket} data-bracket={bracket} />
      <Arrow
        className={styles.arrow}
        size={12}
        strokeWidth={1.75}
        aria-label={fromClient ? 'to server' : 'to client'}
      />
      <span className={styles.method}>
        <Method text={methodText(frame)} />
        {injected ? <span className={styles.injected}>injected</span> : undefined}
        <span className={styles.more}>
          <SafeText text={moreText(frame)} />
        </span>
      </span>
      <span className={styles.id}>
        <SafeText text={frame.rpcId ?? ''} />
      </span>
      <span className={styles.status}>
        {frame.status === undefined ? bracket === 'waiting' ? 'no answer yet' : '' : <Status status={frame.status} />}
      </span>
      <span className={styles.answer}>{answerMs === undefined ? '' : durationText(answerMs)}</span>
      <span className={styles.size}>{sizeText(frame.size)}</span>
    </>
  )
}

/** What all notifications begin with gives way before what tells them apart. */
const commonPrefix = 'notifications/'

function Method({ text }: { readonly text: string }): ReactNode {
  const common = text.startsWith(commonPrefix) ? commonPrefix : ''
  return (
    <code className={styles.words}>
      {common === '' ? undefined : <span className={styles.common}>{common}</span>}
      <span className={styles.own}>
        <SafeText text={text.slice(common.length)} />
      </span>
    </code>
  )
}

function Fold({ entry, opened }: { readonly entry: FoldEntry; readonly opened: boolean }): ReactNode {
  const Chevron = opened ? ChevronDown : ChevronRight
  return (
    <>
      <span className={styles.seq}>
        <Chevron size={12} strokeWidth={1.75} />
      </span>
      <span className={styles.time} />
      <span className={styles.bracket} data-bracket="fold" />
      <span className={styles.arrow} />
      <span className={styles.method}>
        {countText(entry.polls)} polls
        <span className={styles.more}>
          {entry.polls > 1 ? `every ${durationText(entry.everyMs)}, ` : ''}all the same
        </span>
      </span>
      <span className={styles.id}>
        {entry.ids[0]}–{entry.ids[1]}
      </span>
      <span className={styles.status}>{entry.status === undefined ? '' : <Status status={entry.status} />}</span>
      <span className={styles.answer}>{durationText(entry.answerMs)}</span>
      <span className={styles.size}>{sizeText(entry.size)}</span>
    </>
  )
}

const states: Readonly<Record<string, LifecycleState>> = {
  working: 'running',
  input_required: 'input_required',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** As the peer wrote it; a word that no specification knows has no glyph. */
function Status({ status }: { readonly status: string }): ReactNode {
  const face = Object.hasOwn(states, status) ? states[status] : undefined
  if (face === undefined) return <SafeText text={status} />
  return (
    <span className={styles.known} style={{ color: faceColor(face) }}>
      <FaceGlyph face={face} size={12} />
      {status}
    </span>
  )
}

export function methodText({ kind, method }: FrameRow): string {
  return kind === 'result' || kind === 'error' ? kind : (method ?? '')
}

function moreText({ kind, method, target, statusMessage, code }: FrameRow): string {
  if (kind === 'error') return `${code ?? ''} ${method ?? ''}`.trim()
  if (statusMessage !== undefined) return `“${statusMessage}”`
  return kind === 'result' ? (method ?? '') : (target ?? '')
}

export function sizeText(size: number): string {
  return size < 1000 ? `${size} B` : `${(size / 1000).toFixed(1)} kB`
}
