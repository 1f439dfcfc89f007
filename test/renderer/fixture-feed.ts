/** A feed of rows that a test or the preview holds in its hand: it shows what it is given and writes down what is asked. */

import type { AppStatus } from '../../core/feed/app-status.ts'
import type { FeedState, RowChange } from '../../core/feed/client.ts'
import { createListeners } from '../../core/feed/listeners.ts'
import type { ControlRequest } from '../../core/model/control.ts'
import type { Detail, Lane } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'
import type { Trace } from '../../core/model/trace.ts'
import type { ViewFeed } from '../../renderer/state/view-feed.ts'

export interface FixtureFeed extends ViewFeed {
  readonly asked: readonly ControlRequest[]
  readonly cleared: readonly (string | undefined)[]
  readonly watched: NodeKey | undefined
  readonly watchedTrace: string | undefined
  /** Puts rows in or replaces them, as one frame. */
  put(...rows: readonly Row[]): void
  remove(...keys: readonly NodeKey[]): void
  tellDetail(detail: Detail): void
  tellLanes(lanes: readonly Lane[]): void
  tellTrace(trace: Trace): void
  tellStatus(status: AppStatus): void
  tellState(state: FeedState): void
}

export function createFixtureFeed(start: Iterable<Row> = []): FixtureFeed {
  const rows = new Map<NodeKey, Row>()
  for (const row of start) rows.set(row.key, row)
  const held = new Map<NodeKey, Row>()
  const lanes = new Map<NodeKey, Lane>()
  const asked: ControlRequest[] = []
  const cleared: (string | undefined)[] = []
  const onChange = createListeners<[RowChange]>()
  const onDetail = createListeners<[NodeKey, Detail | undefined]>()
  const onLanes = createListeners<[readonly NodeKey[]]>()
  const onTrace = createListeners<[Trace]>()
  const onStatus = createListeners<[AppStatus]>()
  const onState = createListeners<[FeedState]>()
  const onFreeze = createListeners<[]>()
  const onRefused = createListeners<[string]>()
  let frozen = false
  let state: FeedState = { state: 'live' }
  let watched: NodeKey | undefined
  let watchedTrace: string | undefined

  function put(...news: readonly Row[]): void {
    if (frozen) {
      for (const row of news) held.set(row.key, row)
      onFreeze.tell()
      return
    }
    const structural = news.some((row) => rows.get(row.key)?.parent !== row.parent || !rows.has(row.key))
    for (const row of news) rows.set(row.key, row)
    onChange.tell({ changed: news.map((row) => row.key), removed: [], structural, reset: false })
  }

  return {
    rows,
    lanes,
    asked,
    cleared,
    get state() {
      return state
    },
    get waiting() {
      return held.size
    },
    get watched() {
      return watched
    },
    get watchedTrace() {
      return watchedTrace
    },
    onChange: onChange.add,
    onDetail: onDetail.add,
    onLanes: onLanes.add,
    onTrace: onTrace.add,
    onStatus: onStatus.add,
    onState: onState.add,
    onFreeze: onFreeze.add,
    onRefused: onRefused.add,
    watch: ({ detail, trace }) => {
      watched = detail
      watchedTrace = trace
    },
    control: (request) => asked.push(request),
    clearFinished: (source) => cleared.push(source),
    freeze() {
      frozen = true
    },
    thaw() {
      frozen = false
      const news = [...held.values()]
      held.clear()
      onFreeze.tell()
      if (news.length > 0) put(...news)
    },
    close: () => undefined,
    put,
    remove(...keys) {
      for (const key of keys) rows.delete(key)
      onChange.tell({ changed: [], removed: keys, structural: true, reset: false })
    },
    tellDetail: (detail) => onDetail.tell(detail.key, detail),
    tellLanes(list) {
      for (const lane of list) lanes.set(lane.key, lane)
      onLanes.tell(list.map((lane) => lane.key))
    },
    tellTrace: onTrace.tell,
    tellStatus: onStatus.tell,
    tellState(next) {
      state = next
      onState.tell(next)
    },
  }
}
