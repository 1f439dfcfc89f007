import type { ReactNode } from 'react'
import { countText } from '../detail/time-text.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './no-match.module.css'

/** Stands in an empty tree when a filter is to blame, and takes it away. */
export function NoMatch(): ReactNode {
  const model = useModel()
  const count = model.index.total()
  const query = useWindow((state) => state.query)
  return (
    <div className={styles.place}>
      <p className={styles.text}>
        0 of {countText(count)} {count === 1 ? 'task matches' : 'tasks match'}
        {query === '' ? '' : ` “${query}”`}
      </p>
      <Button size="pane" look="outline" onClick={model.clearFilters}>
        Clear the filter
      </Button>
    </div>
  )
}
