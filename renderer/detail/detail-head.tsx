/** Name, state and pending wish in one line, ids below it, and what is done with the pane itself. */
import { PanelBottom, PanelRight, Pin, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { isSettled } from '../../core/model/control.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow, type NodeRow, type Row } from '../../core/model/row.ts'
import { whyOf } from '../../core/model/why.ts'
import { faceColor, faceOf } from '../icons/state-face.ts'
import { StateLabel, StatusLabel } from '../icons/state-glyph.tsx'
import { useNow } from '../state/hooks.ts'
import { useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './detail-head.module.css'
import { hostOf } from './host-of.ts'
import { SafeText } from './safe-text.tsx'
import { durationText } from './time-text.ts'

export interface DetailHeadProps {
  readonly row: Row
  readonly pinned: boolean
  readonly onPin: (pinned: boolean) => void
  readonly placement: 'right' | 'bottom'
  readonly onPlace?: ((placement: 'right' | 'bottom') => void) | undefined
  readonly onClose?: (() => void) | undefined
}

export function DetailHead({ row, pinned, onPin, placement, onPlace, onClose }: DetailHeadProps): ReactNode {
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <h2 className={styles.name}>
          <SafeText text={row.name} />
        </h2>
        <span className={styles.state}>
          {isTaskRow(row) ? (
            <StateLabel state={row.state} failure={row.failure} />
          ) : (
            <StatusLabel status={row.status} />
          )}
        </span>
        <Beside row={row} />
        <span className={styles.tools}>
          <Button
            size="pane"
            name={pinned ? 'Unpin' : 'Pin'}
            hint="Keep this one while others are selected"
            pressed={pinned}
            icon={<Pin size={14} strokeWidth={1.75} />}
            onClick={() => onPin(!pinned)}
          />
          {onPlace === undefined ? undefined : placement === 'right' ? (
            <Button
              size="pane"
              name="Move to the bottom"
              icon={<PanelBottom size={14} strokeWidth={1.75} />}
              onClick={() => onPlace('bottom')}
            />
          ) : (
            <Button
              size="pane"
              name="Move to the right"
              icon={<PanelRight size={14} strokeWidth={1.75} />}
              onClick={() => onPlace('right')}
            />
          )}
          {onClose === undefined ? undefined : (
            <Button size="pane" name="Close details" icon={<X size={14} strokeWidth={1.75} />} onClick={onClose} />
          )}
        </span>
      </div>
      <IdLine row={row} />
    </header>
  )
}

/** A wish that waits, as the Why column reads it, in the colour of what was asked; else how long it has been so. */
function Beside({ row }: { readonly row: Row }): ReactNode {
  const now = useNow(row.endedAt === undefined)
  if (row.control !== undefined && !isSettled(row.control)) {
    const { text, tone } = whyOf(row, now)
    if (tone !== undefined) {
      return (
        <span className={styles.wish} style={{ color: faceColor(faceOf(tone)) }}>
          {text}
        </span>
      )
    }
  }
  if (!isTaskRow(row)) return undefined
  const from = isTerminal(row.state) ? (row.startedAt ?? row.createdAt) : row.stateAt
  return <span className={styles.age}>{durationText((row.endedAt ?? now) - from)}</span>
}

function IdLine({ row }: { readonly row: Row }): ReactNode {
  const host = useWindow((state) => hostOf(row, state.rows))
  return (
    <p className={styles.ids}>
      <code>
        <SafeText text={row.id} />
      </code>
      {idParts(row, host).map((part) => (
        <span key={part}>
          <SafeText text={part} />
        </span>
      ))}
    </p>
  )
}

function idParts(row: Row, host: NodeRow | undefined): readonly string[] {
  const parts: string[] = []
  if (isTaskRow(row)) {
    if (row.isolation !== undefined) parts.push(row.isolation)
    if (host !== undefined) parts.push(`${host.node === 'host' ? 'host ' : ''}${host.name}${pidText(host)}`)
    parts.push(`attempt ${row.attempt}`)
  } else {
    if (row.node !== row.id) parts.push(row.node)
    for (const name of ['transport', 'era', 'version'] as const) {
      const fact = row.facts[name]
      if (typeof fact === 'string') parts.push(fact)
    }
    if (row.facts.pid !== undefined && row.facts.pid !== null) parts.push(`pid ${row.facts.pid}`)
  }
  return parts
}

function pidText(host: NodeRow): string {
  const pid = host.facts.pid
  return typeof pid === 'number' ? `, pid ${pid}` : ''
}
