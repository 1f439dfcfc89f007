import { Command } from 'cmdk'
import { Box } from 'lucide-react'
import type { ReactNode } from 'react'
import { isTaskRow } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { faceOf, faceWord } from '../icons/state-face.ts'
import { StateGlyph } from '../icons/state-glyph.tsx'
import { Matched } from './matched.tsx'
import styles from './palette.module.css'
import type { TaskHit } from './task-hits.ts'

/** A task among the results; choosing it selects it. */
export function TaskResult({
  hit,
  query,
  onChoose,
}: {
  readonly hit: TaskHit
  readonly query: string
  readonly onChoose: (hit: TaskHit) => void
}): ReactNode {
  const { row } = hit
  const label = isTaskRow(row) ? row.label : row.node
  return (
    <Command.Item value={hit.key} className={styles.item} onSelect={() => onChoose(hit)}>
      <span className={styles.icon}>
        {isTaskRow(row) ? <StateGlyph state={row.state} failure={row.failure} /> : <Box size={15} strokeWidth={1.75} />}
      </span>
      <span className={styles.text}>
        <Matched text={visibleText(row.name)} query={query} />
      </span>
      <span className={styles.hint}>{label === undefined ? undefined : <SafeText text={label} />}</span>
      <span className={styles.count}>{isTaskRow(row) ? faceWord(faceOf(row.state, row.failure)) : row.status}</span>
    </Command.Item>
  )
}
