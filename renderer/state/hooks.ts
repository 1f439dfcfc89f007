/** How components read the window. Row, detail, status bar and timeline use the same hooks, so they cannot disagree. */
import { useEffect, useSyncExternalStore } from 'react'
import type { AppStatus } from '../../core/feed/app-status.ts'
import type { ControlVerb } from '../../core/model/control.ts'
import type { Detail, Lane } from '../../core/model/detail.ts'
import type { ControlId, NodeKey, SourceId } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'
import type { Trace } from '../../core/model/trace.ts'
import type { FaceCounts } from './row-index.ts'
import { useModel, useWindow } from './window-context.tsx'
import type { DialogRequest } from './window-state.ts'

/** The newest picture of one node. Renders again only when that row is replaced. */
export function useRow(key: NodeKey | undefined): Row | undefined {
  return useWindow((state) => (key === undefined ? undefined : state.rows.get(key)))
}

export interface Selection {
  readonly key: NodeKey | undefined
  readonly row: Row | undefined
  select(key: NodeKey | undefined): void
}

/** The selected node. */
export function useSelection(): Selection {
  const model = useModel()
  const key = useWindow((state) => state.selection)
  return { key, row: useRow(key), select: model.select }
}

/**
 * Milliseconds since the Unix epoch, from the window's one clock: ticks once a second, stands still while the view is
 * frozen. Only visible things may use it, and only those that show a running time: pass `false` to stay out.
 */
export function useNow(live = true): number {
  const { clock } = useModel()
  return useSyncExternalStore(live ? clock.subscribe : neverChanges, clock.now)
}

function neverChanges(): () => void {
  return () => undefined
}

/**
 * Everything known of one node: the selected one, or the one given (it is then asked for as long as the component
 * lives). `undefined` until it has arrived.
 */
export function useDetail(key?: NodeKey): Detail | undefined {
  const model = useModel()
  useEffect(() => (key === undefined ? undefined : model.watchDetail(key)), [model, key])
  return useWindow((state) => {
    const wanted = key ?? state.selection
    return wanted === undefined ? undefined : state.details.get(wanted)
  })
}

/** Lanes of these nodes, kept coming while the component lives. Keep the array stable between renders. */
export function useLanes(keys: readonly NodeKey[]): ReadonlyMap<NodeKey, Lane> {
  const model = useModel()
  useEffect(() => {
    model.watchLanes(keys)
    return () => model.watchLanes([])
  }, [model, keys])
  return useWindow((state) => state.lanes)
}

/** The whole trace of this id, kept coming while the component lives; `undefined` until something has arrived. */
export function useTrace(traceId: string | undefined): Trace | undefined {
  const model = useModel()
  useEffect(() => (traceId === undefined ? undefined : model.watchTrace(traceId)), [model, traceId])
  return useWindow((state) => (state.trace?.traceId === traceId ? state.trace : undefined))
}

/** How many tasks right under this node have not ended. */
export function useLiveChildren(key: NodeKey): number {
  const { index } = useModel()
  return useWindow(() => index.liveChildren(key))
}

export function useStatus(): AppStatus | undefined {
  return useWindow((state) => state.status)
}

/** Tasks per face, of one source or of all. The object is changed in place; it renders again with each frame. */
export function useFaceCounts(source?: SourceId): FaceCounts {
  const { index } = useModel()
  useWindow((state) => state.tick + state.structure)
  return index.counts(source)
}

/** Sends a control: `send(key, { verb: 'suspend' })`. Returns its id; what becomes of it shows in rows and details. */
export function useSend(): (target: NodeKey, command: ControlVerb, reason?: string) => ControlId {
  return useModel().send
}

/** The dialog that is open, and how to close it. */
export function useDialog(): { readonly dialog: DialogRequest | undefined; close(): void } {
  const model = useModel()
  return { dialog: useWindow((state) => state.dialog), close: model.closeDialog }
}
