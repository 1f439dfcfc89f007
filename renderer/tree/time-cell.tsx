import type { ReactNode } from 'react'
import type { Row } from '../../core/model/row.ts'
import { useNow } from '../state/hooks.ts'
import { DurationText } from './duration-text.tsx'
import { elapsedMs, isTicking } from './elapsed.ts'

/** How long it has taken, or takes. Ticks once a second while it goes on. */
export function TimeCell({ row }: { readonly row: Row }): ReactNode {
  const now = useNow(isTicking(row))
  const elapsed = elapsedMs(row, now)
  return elapsed === undefined ? undefined : <DurationText ms={elapsed} />
}
