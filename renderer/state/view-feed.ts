/** The feed as the window uses it. The feed client fulfils it; tests and previews hand in their own. */
import type { AppStatus } from '../../core/feed/app-status.ts'
import type { ControlRequest } from '../../core/model/control.ts'
import type { Detail, Lane } from '../../core/model/detail.ts'
import type { Dispose } from '../../core/model/dispose.ts'
import type { NodeKey, SourceId } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'

/** What one applied frame did to the rows. */
export interface FeedChange {
  readonly changed: readonly NodeKey[]
  readonly removed: readonly NodeKey[]
  /** Rows came, went, or moved to another parent. */
  readonly structural: boolean
  /** Everything is new: a snapshot was applied. */
  readonly reset: boolean
}

export interface ViewFeed {
  /** The one index of rows, changed in place and never copied. */
  readonly rows: ReadonlyMap<NodeKey, Row>
  /** Rows that wait while the view is frozen. */
  readonly waiting: number
  onChange(listener: (change: FeedChange) => void): Dispose
  onDetail(listener: (key: NodeKey, detail: Detail | undefined) => void): Dispose
  onLanes(listener: (lanes: readonly Lane[]) => void): Dispose
  onStatus(listener: (status: AppStatus) => void): Dispose
  watch(wish: { readonly detail?: NodeKey; readonly lanes: readonly NodeKey[] }): void
  control(request: ControlRequest): void
  clearFinished(source?: SourceId): void
  freeze(): void
  thaw(): void
  close(): void
}
