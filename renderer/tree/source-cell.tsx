import type { ReactNode } from 'react'
import type { SourceId } from '../../core/model/identity.ts'
import { sourceName } from '../state/source-name.ts'
import { useModel, useWindow } from '../state/window-context.tsx'

/** What the row's source is called. */
export function SourceCell({ source }: { readonly source: SourceId }): ReactNode {
  const { index } = useModel()
  return useWindow((state) => sourceName(source, index, state.rows))
}
