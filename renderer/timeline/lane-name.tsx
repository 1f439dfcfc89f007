/** The name of a lane in the gutter, with its task's state for those who listen. */
import type { ReactNode } from 'react'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import type { TaskRow } from '../../core/model/row.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { faceOf, faceWord } from '../icons/state-face.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import type { ChosenLane } from './choose-lanes.ts'
import { currentRow } from './current-row.ts'
import styles from './timeline.module.css'
import { waitText } from './wait-text.ts'

export function LaneName({
  lane,
  rows,
  selected,
  tabStop,
  onSelect,
  onFocus,
}: {
  readonly lane: ChosenLane
  readonly rows: ReadonlyMap<NodeKey, unknown>
  readonly selected: NodeKey | undefined
  readonly tabStop: boolean
  readonly onSelect: (key: NodeKey) => void
  readonly onFocus: () => void
}): ReactNode {
  const last = lane.tasks.at(-1)
  if (last === undefined) return undefined
  const row = currentRow(last, rows)
  const face = faceOf(row.state, row.failure)
  const several = lane.tasks.length > 1
  const label = several ? `${lane.tasks.length} tasks` : row.label
  return (
    <button
      type="button"
      className={styles.name}
      role="option"
      tabIndex={tabStop ? 0 : -1}
      onFocus={onFocus}
      aria-selected={lane.tasks.some((each) => each.key === selected)}
      onClick={() => onSelect(row.key)}
    >
      <FaceGlyph face={face} />
      <span className={styles.words}>
        <SafeText text={row.name} />
        {label === undefined ? undefined : (
          <span className={styles.label}>
            {' '}
            <SafeText text={label} />
          </span>
        )}
        <span className="visually-hidden">
          , {row.why === undefined || row.state === 'running' ? faceWord(face) : whyNow(row, face)}
        </span>
      </span>
    </button>
  )
}

function whyNow(row: TaskRow, face: ReturnType<typeof faceOf>): string {
  return isTerminal(row.state) ? faceWord(face) : waitText(row)
}
