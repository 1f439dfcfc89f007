/** The columns of a task row, and which of them fit. Hidden in this order as width falls: Source, Progress, Why. */
import type { SortColumn } from '../state/window-state.ts'

export type ColumnId = 'name' | 'state' | 'why' | 'progress' | 'time' | 'source'

export interface Column {
  readonly id: ColumnId
  readonly title: string
  readonly sort: SortColumn | undefined
  readonly align: 'start' | 'end'
}

export const columns: readonly Column[] = [
  { id: 'name', title: 'Task', sort: 'name', align: 'start' },
  { id: 'state', title: 'State', sort: 'state', align: 'start' },
  { id: 'why', title: 'Why', sort: undefined, align: 'start' },
  { id: 'progress', title: 'Progress', sort: 'progress', align: 'end' },
  { id: 'time', title: 'Time', sort: 'time', align: 'end' },
  { id: 'source', title: 'Source', sort: 'source', align: 'start' },
]

/** Widths in CSS pixels, as in the tokens. */
const widths = { state: 116, why: 284, progress: 92, time: 64, source: 84 }
const leastName = 180

const hideOrder: readonly ColumnId[] = ['source', 'progress', 'why']

/** Columns for a pane of this width, in order. Those in `hidden` are left out by wish. */
export function columnsFor(width: number, hidden: ReadonlySet<ColumnId> = new Set()): readonly Column[] {
  const shown = new Set(columns.map(({ id }) => id).filter((id) => !hidden.has(id)))
  const needed = () => {
    let sum = leastName
    for (const id of shown) if (id !== 'name') sum += widths[id]
    return sum
  }
  for (const id of hideOrder) {
    if (needed() <= width) break
    shown.delete(id)
  }
  return columns.filter(({ id }) => shown.has(id))
}

/** The `grid-template-columns` of these columns. */
export function templateOf(shown: readonly Column[]): string {
  const narrow = !shown.some(({ id }) => id === 'why')
  return shown
    .map(({ id }) => {
      if (id === 'name') return 'minmax(0, 1fr)'
      if (id === 'why') return 'minmax(var(--column-why), 0.6fr)'
      if (id === 'time' && narrow) return 'var(--column-time-narrow)'
      return `var(--column-${id})`
    })
    .join(' ')
}
