/** One line of the tree. Reads its own entry, so it renders when its own row is replaced and at no other time. */
import { ChevronDown, ChevronRight } from 'lucide-react'
import { type CSSProperties, memo, type ReactNode } from 'react'
import { isTaskRow, type NodeRow, type Row, type TaskRow as TaskRowData } from '../../core/model/row.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { faceColor, faceOf, isQuiet } from '../icons/state-face.ts'
import { useRow } from '../state/hooks.ts'
import type { Column, ColumnId } from './columns.ts'
import { type FlatRow, isFoldKey } from './flatten.ts'
import { ProgressCell } from './progress-cell.tsx'
import { SourceCell } from './source-cell.tsx'
import { StateCell } from './state-cell.tsx'
import styles from './task-row.module.css'
import { TimeCell } from './time-cell.tsx'
import { WhyCell } from './why-cell.tsx'

/** Flat values, so that a row whose place in the tree is the same is not drawn again when the order is rebuilt. */
export interface TaskRowProps {
  readonly line: FlatRow['key']
  readonly level: number
  readonly posInSet: number
  readonly setSize: number
  readonly expanded: boolean | undefined
  readonly calls: number | undefined
  /** Where it stands, from 0. */
  readonly place: number
  readonly top: number
  readonly columns: readonly Column[]
  readonly selected: boolean
  /** Has the tree's one tab stop. */
  readonly tabStop: boolean
}

export const TaskRow = memo(function TaskRow(props: TaskRowProps): ReactNode {
  const { line, level, posInSet, setSize, expanded, calls, place, top, columns, selected, tabStop } = props
  const row = useRow(isFoldKey(line) ? undefined : line)
  if (row === undefined && calls === undefined) return undefined
  return (
    <div
      role="row"
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={tabStop ? 0 : -1}
      data-place={place}
      data-line={line}
      aria-rowindex={place + 2}
      aria-level={level}
      aria-posinset={posInSet}
      aria-setsize={setSize}
      aria-selected={selected}
      aria-expanded={expanded}
      {...(row === undefined ? {} : factsOf(row))}
    >
      {columns.map(({ id }) => (
        <div key={id} role="gridcell" className={styles[id]} data-column={id} tabIndex={-1}>
          {id === 'name' ? (
            <NameCell level={level} expanded={expanded}>
              {row === undefined ? <FoldName calls={calls ?? 0} /> : <RowName row={row} />}
            </NameCell>
          ) : row === undefined ? (
            foldCell(id)
          ) : (
            rowCell(id, row)
          )}
        </div>
      ))}
    </div>
  )
})

/** What tests, scripts and styles know a row by. */
function factsOf(row: Row): Readonly<Record<`data-${string}`, string | undefined>> {
  return {
    'data-task-id': row.id,
    'data-task-key': row.key,
    'data-node': row.node,
    ...(isTaskRow(row)
      ? { 'data-state': row.state, 'data-kind': row.state === 'failed' ? row.failure : undefined }
      : { 'data-status': row.status }),
  }
}

function rowCell(id: Exclude<ColumnId, 'name'>, row: Row): ReactNode {
  switch (id) {
    case 'state':
      return <StateCell row={row} />
    case 'why':
      return <WhyCell row={row} />
    case 'progress':
      return <ProgressCell row={row} />
    case 'time':
      return <TimeCell row={row} />
    case 'source':
      return <SourceCell source={row.source} />
  }
}

function foldCell(id: Exclude<ColumnId, 'name'>): ReactNode {
  return id === 'why' ? <span className={styles.foldHint}>plain calls, folded</span> : undefined
}

function NameCell({
  level,
  expanded,
  children,
}: {
  readonly level: number
  readonly expanded: boolean | undefined
  readonly children: ReactNode
}): ReactNode {
  const style = { '--depth': level - 1 } as CSSProperties
  const Twisty = expanded === true ? ChevronDown : ChevronRight
  return (
    <span className={styles.nameLine} style={style}>
      <span className={styles.guides} />
      <span className={styles.twisty} data-twisty={expanded === undefined ? undefined : ''}>
        {expanded === undefined ? undefined : <Twisty size={14} strokeWidth={1.75} />}
      </span>
      <span className={styles.text}>{children}</span>
    </span>
  )
}

function RowName({ row }: { readonly row: Row }): ReactNode {
  return isTaskRow(row) ? <TaskName row={row} /> : <NodeName row={row} />
}

function FoldName({ calls }: { readonly calls: number }): ReactNode {
  return (
    <>
      <span className={styles.quiet}>calls</span>
      <span className={styles.label}>{calls}</span>
    </>
  )
}

function TaskName({ row }: { readonly row: TaskRowData }): ReactNode {
  const face = faceOf(row.state, row.failure)
  const look = face === 'cancelled' ? styles.struck : isQuiet(face) || face === 'pending' ? styles.quiet : ''
  const label = [row.label, row.attempt > 1 ? `attempt ${row.attempt}` : undefined].filter(Boolean).join(' · ')
  return (
    <>
      <span className={`${styles.taskName} ${look}`}>
        <SafeText text={row.name} />
      </span>
      {label === '' ? undefined : (
        <span className={styles.label}>
          <SafeText text={label} />
        </span>
      )}
      {row.stillRunning === undefined ? undefined : (
        <span className={styles.mark} style={{ color: faceColor('suspended') }} title={row.stillRunning.text}>
          ◆
        </span>
      )}
    </>
  )
}

function NodeName({ row }: { readonly row: NodeRow }): ReactNode {
  return (
    <>
      <span className={styles.taskName}>
        <SafeText text={row.name} />
      </span>
      <span className={styles.label}>{row.node}</span>
    </>
  )
}
