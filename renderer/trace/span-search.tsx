/** Finds spans by words; Enter goes to the next one, Shift+Enter to the one before. */
import { Search } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { countText } from '../detail/time-text.ts'
import styles from './waterfall.module.css'

export function SpanSearch({
  query,
  onQuery,
  found,
  chosen,
  onGo,
}: {
  readonly query: string
  readonly onQuery: (query: string) => void
  /** Places in order; `undefined` without a query. */
  readonly found: readonly number[] | undefined
  readonly chosen: number | undefined
  readonly onGo: (place: number) => void
}): ReactNode {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      field.current?.focus()
      field.current?.select()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  function go(back: boolean): void {
    if (found === undefined || found.length === 0) return
    const at = chosen ?? -1
    const next = back ? found.findLast((place) => place < at) : found.find((place) => place > at)
    onGo(next ?? (back ? found.at(-1) : found[0]) ?? 0)
  }

  const nth = chosen === undefined ? -1 : (found?.indexOf(chosen) ?? -1)
  return (
    <span className={styles.search}>
      <Search size={14} strokeWidth={1.75} aria-hidden="true" />
      <input
        ref={field}
        type="text"
        role="searchbox"
        aria-label="Find spans"
        placeholder="Find spans"
        spellCheck={false}
        autoComplete="off"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Enter') go(event.shiftKey)
          else if (event.key === 'Escape' && query !== '') onQuery('')
          else if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      {found === undefined ? undefined : (
        <span className={styles.found} role="status">
          {nth >= 0 ? `${countText(nth + 1)} of ` : ''}
          {countText(found.length)}
        </span>
      )}
    </span>
  )
}
