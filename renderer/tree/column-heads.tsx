/** The heads of the columns; pressing one sorts by it, pressing again turns the order, a third time restores the tree's. */
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useModel, useWindow } from '../state/window-context.tsx'
import type { Sort, SortColumn } from '../state/window-state.ts'
import styles from './column-heads.module.css'
import type { Column } from './columns.ts'

export function ColumnHeads({ columns }: { readonly columns: readonly Column[] }): ReactNode {
  const model = useModel()
  const sort = useWindow((state) => state.sort)
  return (
    <div role="rowgroup" className={styles.group}>
      <div role="row" className={styles.heads} aria-rowindex={1}>
        {columns.map(({ id, title, sort: by, align }) => {
          const sorted = by !== undefined && sort?.column === by ? sort.direction : undefined
          return (
            <div
              key={id}
              role="columnheader"
              className={`${styles.head} ${align === 'end' ? styles.end : ''}`}
              aria-sort={by === undefined ? undefined : (sorted ?? 'none')}
            >
              {by === undefined ? (
                title
              ) : (
                <button
                  type="button"
                  className={styles.button}
                  tabIndex={-1}
                  onClick={() => model.setSort(nextSort(sort, by))}
                >
                  {title}
                  {sorted === 'ascending' ? <ArrowUp size={12} strokeWidth={1.75} /> : undefined}
                  {sorted === 'descending' ? <ArrowDown size={12} strokeWidth={1.75} /> : undefined}
                </button>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Names rise first; amounts fall first, for the largest is what one looks for. */
export function nextSort(sort: Sort | undefined, column: SortColumn): Sort | undefined {
  const first = column === 'time' || column === 'progress' ? 'descending' : 'ascending'
  if (sort?.column !== column) return { column, direction: first }
  if (sort.direction !== first) return undefined
  return { column, direction: first === 'ascending' ? 'descending' : 'ascending' }
}
