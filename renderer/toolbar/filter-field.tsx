/** The filter over all tasks: plain words, all of which must occur. Says how many are left of how many. */
import { Search, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { countText } from '../detail/time-text.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Keys } from '../widgets/keys.tsx'
import styles from './filter-field.module.css'

export function FilterField(): ReactNode {
  const model = useModel()
  const query = useWindow((state) => state.query)
  return (
    <div className={styles.field}>
      <Search className={styles.icon} size={15} strokeWidth={1.75} aria-hidden="true" />
      <input
        className={styles.input}
        type="text"
        role="searchbox"
        aria-label="Filter tasks"
        placeholder="Filter tasks"
        spellCheck={false}
        autoComplete="off"
        value={query}
        data-filter=""
        onChange={(event) => model.setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault()
            if (query === '') event.currentTarget.blur()
            else model.setQuery('')
          } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault()
            focusTree()
          }
        }}
      />
      {query === '' ? undefined : <FilterCount />}
      {query === '' ? (
        <Keys keys="/" />
      ) : (
        <button type="button" className={styles.clear} aria-label="Clear the filter" onClick={() => model.setQuery('')}>
          <X size={14} strokeWidth={1.75} />
        </button>
      )}
    </div>
  )
}

function FilterCount(): ReactNode {
  const { index } = useModel()
  const matches = useWindow((state) => state.matches)
  const total = useWindow((state) => (state.tick >= 0 ? index.total() : 0))
  return (
    <span className={styles.count}>
      {countText(matches)} of {countText(total)}
    </span>
  )
}

function focusTree(): void {
  document.querySelector<HTMLElement>('[role="treegrid"] [data-place][tabindex="0"]')?.focus()
}
