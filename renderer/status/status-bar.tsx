/** The few numbers of the whole session. The same words and counts as in rows and the facet. */
import { type ReactNode, useMemo } from 'react'
import { isTaskRow } from '../../core/model/row.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { clockText, countText, durationText, tasksText } from '../detail/time-text.ts'
import { lostCount } from '../dialogs/receive-section.tsx'
import { faceWord, type StateFace } from '../icons/state-face.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import { useFaceCounts, useNow, useRow, useStatus } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import styles from './status-bar.module.css'

/** Those that stand here: what moves and what waits for a person. */
const shown: readonly StateFace[] = ['running', 'suspended', 'input_required', 'failed']

export function StatusBar(): ReactNode {
  return (
    <footer className={styles.bar}>
      <Tasks />
      <Flow />
      <Export />
      <Receive />
      <span className={styles.space} />
      <Hosts />
      <TimeOfDay />
    </footer>
  )
}

function Tasks(): ReactNode {
  const { index } = useModel()
  const counts = useFaceCounts()
  const faces = shown.filter((face) => counts[face] > 0)
  if (index.owners().length === 0) return <span className={styles.part}>no sources</span>
  return (
    <span className={styles.part}>
      {faces.length === 0 ? tasksText(index.total()) : undefined}
      {faces.map((face) => (
        <span key={face} className={styles.face}>
          <FaceGlyph face={face} size={12} />
          {countText(counts[face])} {faceWord(face)}
        </span>
      ))}
    </span>
  )
}

function Flow(): ReactNode {
  const status = useStatus()
  const { index } = useModel()
  if (status === undefined || index.owners().length === 0) return undefined
  const { updatesPerSecond, lost, startsWait, forgotten } = status
  return (
    <>
      <span className={styles.part}>
        <span className={styles.rate}>{countText(Math.round(updatesPerSecond))}</span>{' '}
        {Math.round(updatesPerSecond) === 1 ? 'update/s' : 'updates/s'},{' '}
        <span className={lost > 0 ? styles.trouble : undefined}>{countText(lost)} lost</span>
        {forgotten > 0 ? `, ${countText(forgotten)} finished let go` : ''}
      </span>
      {startsWait === undefined ? undefined : <span className={`${styles.part} ${styles.waits}`}>{startsWait}</span>}
    </>
  )
}

function Export(): ReactNode {
  const status = useStatus()
  if (status === undefined) return undefined
  const { light, sent, dropped, lastError } = status.export
  if (light === 'off') return <span className={styles.part}>export off, nothing leaves this machine</span>
  return (
    <span className={styles.part}>
      spans: {countText(sent)} sent, {countText(status.openSpans)} open,{' '}
      <span className={dropped > 0 ? styles.trouble : undefined}>{countText(dropped)} dropped</span>
      {light === 'failing' ? (
        <span className={styles.trouble} title={lastError}>
          , the collector fails
        </span>
      ) : (
        ''
      )}
    </span>
  )
}

function Receive(): ReactNode {
  const receive = useStatus()?.receive
  if (receive === undefined) return undefined
  const lost = lostCount(receive)
  return (
    <span className={styles.part}>
      <span title={receive.problem ?? receive.endpoint}>received</span>: {countText(receive.matched)} under tasks,{' '}
      {countText(receive.waiting)} waiting,{' '}
      <span className={lost > 0 ? styles.trouble : undefined}>{countText(lost)} lost</span>
      {receive.light === 'failing' ? <span className={styles.trouble}>, not receiving</span> : ''}
    </span>
  )
}

function Hosts(): ReactNode {
  const { index } = useModel()
  const structure = useWindow((state) => state.structure)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list of owners is another one when the structure is
  const owners = useMemo(() => index.owners().slice(0, 3), [index, structure])
  return (
    <span className={styles.hosts}>
      {owners.map((key) => (
        <Host key={key} owner={key} />
      ))}
    </span>
  )
}

function Host({ owner }: { readonly owner: Parameters<typeof useRow>[0] }): ReactNode {
  const row = useRow(owner)
  if (row === undefined || isTaskRow(row) || row.status !== 'open') return undefined
  const { memoryMb, loopBlockedMs } = row.facts
  if (typeof memoryMb !== 'number' && typeof loopBlockedMs !== 'number') return undefined
  return (
    <span className={styles.host}>
      <SafeText text={row.name} />
      {typeof memoryMb === 'number' ? ` ${Math.round(memoryMb)} MB` : ''}
      {typeof loopBlockedMs === 'number' && loopBlockedMs > 0 ? (
        <span className={styles.waits}>, loop busy {durationText(loopBlockedMs)}</span>
      ) : undefined}
    </span>
  )
}

function TimeOfDay(): ReactNode {
  const now = useNow()
  return (
    <time className={styles.time} dateTime={new Date(now).toISOString()} title={new Date(now).toISOString()}>
      {clockText(now, 0)}
    </time>
  )
}
