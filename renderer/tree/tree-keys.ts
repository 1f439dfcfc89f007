/** What a key does in the tree, after the APG treegrid pattern and the letters of vi. Pure. */
import type { FlatOrder, FlatRow } from './flatten.ts'

export type TreeMove =
  | { readonly move: 'to'; readonly place: number }
  | { readonly move: 'toggle'; readonly place: number }
  /** Right on a row that is open or has nothing to open moves on into its cells. */
  | { readonly move: 'intoCells' }
  | { readonly move: 'select' }

export interface TreeKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** Other names for the same keys. */
const letters: Readonly<Record<string, string>> = { j: 'ArrowDown', k: 'ArrowUp', h: 'ArrowLeft', l: 'ArrowRight' }

/** `place` is the row that has the focus; `page` is how many rows fit on screen. */
export function treeMove(press: TreeKey, order: FlatOrder, place: number, page: number): TreeMove | undefined {
  const { rows } = order
  const last = rows.length - 1
  if (last < 0 || press.altKey || press.metaKey) return undefined
  const plainLetter = !press.ctrlKey && !press.shiftKey ? letters[press.key] : undefined
  const key = plainLetter ?? press.key
  if (press.ctrlKey && key !== 'Home' && key !== 'End') return undefined
  const to = (wanted: number): TreeMove => ({ move: 'to', place: Math.min(last, Math.max(0, wanted)) })
  const row = rows[place]
  switch (key) {
    case 'ArrowDown':
      return to(place + 1)
    case 'ArrowUp':
      return to(place - 1)
    case 'PageDown':
      return to(place + page)
    case 'PageUp':
      return to(place - page)
    case 'Home':
      return to(0)
    case 'End':
      return to(last)
    case 'ArrowRight':
      if (row?.expanded === undefined) return { move: 'intoCells' }
      return row.expanded ? to(place + 1) : { move: 'toggle', place }
    case 'ArrowLeft':
      if (row?.expanded === true) return { move: 'toggle', place }
      return to(parentPlace(rows, place) ?? place)
    case 'Enter':
      return row?.expanded === undefined ? { move: 'select' } : { move: 'toggle', place }
    case ' ':
      return press.shiftKey ? { move: 'select' } : undefined
    default:
      return undefined
  }
}

/** The row above that this one hangs on. */
export function parentPlace(rows: readonly FlatRow[], place: number): number | undefined {
  const level = rows[place]?.level ?? 1
  for (let above = place - 1; above >= 0; above -= 1) {
    if ((rows[above]?.level ?? 1) < level) return above
  }
  return undefined
}
